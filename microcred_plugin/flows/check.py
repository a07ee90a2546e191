"""The linter with what it must know of courses and of other microcredentials."""

from collections.abc import Iterator, Mapping

from django.utils.timezone import now

from microcred_plugin.compat import platform
from microcred_plugin.conf import settings
from microcred_plugin.criteria import checks
from microcred_plugin.criteria.document import Definition, HeldMicrocredential
from microcred_plugin.criteria.needs import conditions
from microcred_plugin.criteria.parse import parse
from microcred_plugin.data import Finding, MicrocredentialState, Severity
from microcred_plugin.definitions.models import Microcredential
from microcred_plugin.errors import InvalidDefinition, NotFound
from microcred_plugin.flows.gather import course_of
from microcred_plugin.flows.refresh_structure import refreshed
from microcred_plugin.structure.outline import Outline, OutlineItem


def check_document(document: Mapping[str, object], run: str | None) -> tuple[Finding, ...]:
    """Check a document; what makes it unreadable is an error among the findings."""
    try:
        return check(parse(document), run)
    except InvalidDefinition as error:
        return checks.findings_of(error)


def check(definition: Definition, run: str | None) -> tuple[Finding, ...]:
    """Return everything the linter says about a definition in a run."""
    courses = _Courses()
    found = checks.check(
        definition,
        run=run,
        lookup=courses.item,
        course_exists=courses.exists,
        candidates=courses.candidates,
        silent_types=frozenset(settings.MICROCRED_SILENT_BLOCK_TYPES),
        now=now(),
    )
    return (*found, *_stack_findings(definition))


class _Courses:
    """The outlines of the courses a definition speaks of, each read anew: the linter must not judge an old course."""

    def __init__(self) -> None:
        self._outlines: dict[str, Outline | None] = {}

    def _outline(self, course: str) -> Outline | None:
        if course not in self._outlines:
            try:
                self._outlines[course] = refreshed(course)[0] if course else None
            except NotFound:
                self._outlines[course] = None
        return self._outlines[course]

    def item(self, block_key: str) -> OutlineItem | None:
        outline = self._outline(course_of(block_key))
        return outline.items.get(block_key) if outline else None

    def exists(self, course: str) -> bool:
        return platform().course(course) is not None

    def candidates(self, course: str) -> tuple[str, ...]:
        outline = self._outline(course)
        return tuple(outline.items) if outline else ()


def _builds_on(definition: Definition) -> dict[str, str]:
    """The uuids a definition builds on → the path of the first requirement that names each."""
    found: dict[str, str] = {}
    for number, milestone in enumerate(definition.milestones):
        for path, condition in conditions(milestone.require, f"milestones[{number}].require"):
            if isinstance(condition, HeldMicrocredential):
                found.setdefault(str(condition.uuid), f"{path}.uuid")
    return found


def _stack_findings(definition: Definition) -> Iterator[Finding]:
    needed = _builds_on(definition)
    rows = (
        {
            str(row.uuid): row
            for row in Microcredential.objects.select_related("issuer", "current_version", "draft").all()
        }
        if needed
        else {}
    )
    own = next(
        (u for u, row in rows.items() if (row.issuer.short_name, row.slug) == (definition.issuer, definition.slug)),
        None,
    )
    for uuid, path in needed.items():
        row = rows.get(uuid)
        if row is None:
            yield _error(
                "unknown-microcredential", path, f"There is no microcredential {uuid}; 'microcred list' names them."
            )
            continue
        if row.state != MicrocredentialState.PUBLISHED:
            message = f"{row} is not published, so nobody can earn it; publish it first."
            severity = Severity.WARNING if row.state == MicrocredentialState.RETIRED else Severity.ERROR
            yield Finding(severity, "microcredential-not-published", path, message)
        if not _stackable(row) and row.issuer.short_name != definition.issuer:
            yield _error("not-stackable", path, f"{row} may not be built on: its owner has not allowed it (stackable).")
        if own and (cycle := _path_to(own, uuid, rows)):
            names = " → ".join([f"{definition.issuer}/{definition.slug}", *(str(rows[u]) for u in cycle)])
            yield _error("cycle", path, f"This would make a circle that nobody could ever complete: {names}.")


def _error(code: str, path: str, message: str) -> Finding:
    return Finding(Severity.ERROR, code, path, message)


def _stackable(row: Microcredential) -> bool:
    return row.current_version is None or bool(row.current_version.document.get("stackable", True))


def _path_to(target: str, start: str, rows: Mapping[str, Microcredential]) -> list[str]:
    """Return how one gets from ``start`` to ``target`` by building on each other; empty when one does not."""
    trail: dict[str, str | None] = {start: None}
    waiting = [start]
    while waiting:
        uuid = waiting.pop()
        if uuid == target:
            return _walk_back(trail, uuid)
        row = rows.get(uuid)
        if row is None or row.current_version is None:
            continue
        for further in _builds_on(parse(row.current_version.document)):
            if further not in trail:
                trail[further] = uuid
                waiting.append(further)
    return []


def _walk_back(trail: Mapping[str, str | None], uuid: str) -> list[str]:
    path, current = [uuid], trail[uuid]
    while current is not None:
        path.append(current)
        current = trail[current]
    return path[::-1]
