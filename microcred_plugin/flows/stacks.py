"""How microcredentials build on each other: what is wrong with a stack, what may be built on, and its picture."""

from collections.abc import Iterator, Mapping

from microcred_plugin.authoring_data import StackData, StackNode
from microcred_plugin.compat import platform
from microcred_plugin.criteria.document import Definition, HeldMicrocredential
from microcred_plugin.criteria.needs import conditions
from microcred_plugin.criteria.parse import parse
from microcred_plugin.data import Finding, MicrocredentialState, Severity
from microcred_plugin.definitions.models import Draft, Microcredential
from microcred_plugin.errors import InvalidDefinition

_MOST_FOUND = 50

Rows = Mapping[str, Microcredential]


def findings(definition: Definition, by: int | None) -> Iterator[Finding]:
    """Yield what the linter says about what a definition builds on; ``by`` may build on what they may write."""
    needed = builds_on(definition)
    rows = _all_rows() if needed else {}
    own = next((uuid for uuid, row in rows.items() if str(row) == f"{definition.issuer}/{definition.slug}"), None)
    below = _published_below(rows) if own else {}
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
        if not may_build_on(row, definition.issuer, by):
            yield _error("not-stackable", path, f"{row} may not be built on: its owner has not allowed it (stackable).")
        if own and (cycle := _path_to(own, uuid, below)):
            names = " → ".join([f"{definition.issuer}/{definition.slug}", *(str(rows[u]) for u in cycle)])
            yield _error("cycle", path, f"This would make a circle that nobody could ever complete: {names}.")


def builds_on(definition: Definition) -> dict[str, str]:
    """Return the uuids a definition builds on → the path of the first requirement that names each."""
    found: dict[str, str] = {}
    for number, milestone in enumerate(definition.milestones):
        for path, condition in conditions(milestone.require, f"milestones[{number}].require"):
            if isinstance(condition, HeldMicrocredential):
                found.setdefault(str(condition.uuid), f"{path}.uuid")
    return found


def may_build_on(row: Microcredential, issuer: str, by: int | None) -> bool:
    """Say whether an issuer's microcredential may require this one: its own, one open to all, or one ``by`` writes."""
    is_open = row.current_version is None or bool(row.current_version.document.get("stackable", True))
    if is_open or row.issuer.short_name == issuer:
        return True
    return by is not None and any(platform().can_author(by, offering.run) for offering in row.offerings.all())


def candidates(row: Microcredential, *, by: int | None, text: str = "") -> list[Microcredential]:
    """List what a microcredential may be made to build on, by title, up to 50: published, allowed, and in no circle."""
    below = _published_below(_all_rows())
    wanted = Microcredential.objects.filter(state=MicrocredentialState.PUBLISHED.value, title__icontains=text)
    found: list[Microcredential] = []
    wanted = wanted.exclude(pk=row.pk).select_related("issuer", "current_version")
    for other in wanted.prefetch_related("offerings", "draft").order_by("title", "pk"):
        if len(found) == _MOST_FOUND:
            break
        if may_build_on(other, row.issuer.short_name, by) and not _path_to(str(row.uuid), str(other.uuid), below):
            found.append(other)
    return found


def stack_of(row: Microcredential) -> StackData:
    """Return the stack that a microcredential belongs to: by its draft what is below it, by versions all else."""
    rows = _all_rows()
    draft = Draft.objects.filter(microcredential=row).first()
    own = _parsed(draft.document) if draft else None
    below = _published_below(rows)
    if own is not None:
        below[str(row.uuid)] = list(builds_on(own))
    above = [other for uuid, other in rows.items() if str(row.uuid) in below[uuid]]
    return StackData(
        root=_node(str(row.uuid), rows, below, ()),
        counts_towards=tuple(_node(str(other.uuid), rows, {}, ()) for other in above),
    )


def _published_below(rows: Rows) -> dict[str, list[str]]:
    return {
        uuid: list(builds_on(parse(row.current_version.document))) if row.current_version else []
        for uuid, row in rows.items()
    }


def _node(uuid: str, rows: Rows, below: Mapping[str, list[str]], above: tuple[str, ...]) -> StackNode:
    row = rows[uuid]
    # A draft may name what does not exist, or what builds on it: the linter says so, the picture just ends there.
    inner = [one for one in below.get(uuid, ()) if one in rows and one not in (*above, uuid)]
    return StackNode(
        uuid=row.uuid,
        slug=row.slug,
        issuer=row.issuer.short_name,
        title=row.title,
        state=MicrocredentialState(row.state),
        image=row.current_version.document["image"] if row.current_version else {},
        builds_on=tuple(_node(one, rows, below, (*above, uuid)) for one in inner),
    )


def _parsed(document: Mapping[str, object]) -> Definition | None:
    try:
        return parse(document)
    except InvalidDefinition:
        return None


def _all_rows() -> dict[str, Microcredential]:
    return {str(row.uuid): row for row in Microcredential.objects.select_related("issuer", "current_version").all()}


def _error(code: str, path: str, message: str) -> Finding:
    return Finding(Severity.ERROR, code, path, message)


def _path_to(target: str, start: str, below: Mapping[str, list[str]]) -> list[str]:
    """Return how one gets from ``start`` to ``target`` by building on each other; empty when one does not."""
    trail: dict[str, str | None] = {start: None}
    waiting = [start]
    while waiting:
        uuid = waiting.pop()
        if uuid == target:
            return _walk_back(trail, uuid)
        for further in below.get(uuid, ()):
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
