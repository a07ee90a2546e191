"""The linter with what it must know of courses and of other microcredentials."""

from collections.abc import Mapping

from django.utils.timezone import now

from microcred_plugin.compat import platform
from microcred_plugin.conf import settings
from microcred_plugin.criteria import checks
from microcred_plugin.criteria.document import Definition
from microcred_plugin.criteria.parse import parse
from microcred_plugin.data import Finding
from microcred_plugin.definitions import names
from microcred_plugin.errors import InvalidDefinition
from microcred_plugin.flows import stacks
from microcred_plugin.flows.gather import course_of
from microcred_plugin.flows.refresh_structure import fresh
from microcred_plugin.structure.outline import Outline, OutlineItem


def check_document(
    document: Mapping[str, object], run: str | None, *, by: int | None = None, courses: "Courses | None" = None
) -> tuple[Finding, ...]:
    """Check a document; what makes it unreadable is an error among the findings."""
    try:
        return check(parse(names.located(document)), run, by=by, courses=courses)
    except InvalidDefinition as error:
        return checks.findings_of(error)


def check(
    definition: Definition, run: str | None, *, by: int | None = None, courses: "Courses | None" = None
) -> tuple[Finding, ...]:
    """Return everything the linter says about a definition in a run.

    ``by`` may build on what they may write, whatever its owner allows others. ``courses`` saves reading the same
    courses again for one definition after the other.
    """
    courses = courses or Courses()
    found = checks.check(
        definition,
        run=run,
        lookup=courses.item,
        course_exists=courses.exists,
        candidates=courses.candidates,
        silent_types=frozenset(settings.MICROCRED_SILENT_BLOCK_TYPES),
        now=now(),
    )
    return (*found, *stacks.findings(definition, by))


class Courses:
    """The outlines of the courses that definitions speak of, as published now: the linter must not judge an old one."""

    def __init__(self) -> None:
        self._outlines: dict[str, Outline | None] = {}

    def _outline(self, course: str) -> Outline | None:
        if course not in self._outlines:
            self._outlines[course] = fresh(course) if course else None
        return self._outlines[course]

    def item(self, block_key: str) -> OutlineItem | None:
        """Describe a block by its full key."""
        outline = self._outline(course_of(block_key))
        return outline.items.get(block_key) if outline else None

    def exists(self, course: str) -> bool:
        """Say whether there is a course of that key."""
        return platform().course(course) is not None

    def candidates(self, course: str) -> tuple[str, ...]:
        """Name all blocks of a course."""
        outline = self._outline(course)
        return tuple(outline.items) if outline else ()
