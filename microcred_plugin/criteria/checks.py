"""The linter: what is wrong with a definition in a given course before anybody works for it in vain."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime

from microcred_plugin.criteria import keys
from microcred_plugin.criteria.binding import bind, relative_references
from microcred_plugin.criteria.block_checks import BlockFacts, Courses, block_findings
from microcred_plugin.criteria.document import (
    Certificate,
    Completion,
    Condition,
    CourseGrade,
    CoursePassed,
    Definition,
    SubsectionGrade,
)
from microcred_plugin.criteria.dump import dump
from microcred_plugin.criteria.needs import conditions, guaranteed_level, need
from microcred_plugin.criteria.numbers import time_text
from microcred_plugin.criteria.parse import parse
from microcred_plugin.criteria.verdict import EvidenceLevel
from microcred_plugin.data import Finding, Severity
from microcred_plugin.errors import BadInput, InvalidDefinition

__all__ = ["BlockFacts", "check", "findings_of"]


def check(
    definition: Definition,
    *,
    run: str | None,
    lookup: Callable[[str], BlockFacts | None],
    course_exists: Callable[[str], bool],
    now: datetime,
    candidates: Callable[[str], Collection[str]] = lambda course: (),
    silent_types: Collection[str] = frozenset(),
    cycles: Iterable[Sequence[str]] = (),
) -> tuple[Finding, ...]:
    """Return what the linter finds in a definition for one run, errors first, each in the order of the document.

    ``lookup`` describes a block by its full key and ``candidates`` names the blocks of a course, for suggestions.
    ``silent_types`` are block types that never report completion; ``cycles`` are paths of microcredentials that
    require each other, found by the caller. Raises nothing.
    """
    courses = Courses(
        lookup=lookup, exists=course_exists, candidates=candidates, silent=frozenset(silent_types), now=now
    )
    found = [
        *_document(definition),
        *(_cycle(cycle) for cycle in cycles),
        *_references(definition, run, courses),
        *_listed_twice(definition),
        *_claims(definition),
        *_window(definition, now),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: finding.severity is not Severity.ERROR))


def findings_of(error: InvalidDefinition) -> tuple[Finding, ...]:
    """Return the problems of a document that cannot be parsed as findings."""
    return tuple(Finding(Severity.ERROR, problem.code, problem.path, problem.message) for problem in error.problems)


def _document(definition: Definition) -> tuple[Finding, ...]:
    """Find what no document can say: a definition need not come from one."""
    try:
        parse(dump(definition))
    except InvalidDefinition as error:
        return findings_of(error)
    return ()


def _cycle(cycle: Sequence[str]) -> Finding:
    message = f"These require each other, so that nobody could earn any: {' → '.join(cycle)}. Remove one requirement."
    return Finding(Severity.ERROR, "cycle", "milestones", message)


def _references(definition: Definition, run: str | None, courses: Courses) -> Iterator[Finding]:
    relative = dict(relative_references(definition))
    bound = definition
    if run is not None:
        try:
            bound, relative = bind(definition, run), {}
        except BadInput as error:
            yield Finding(Severity.ERROR, "invalid-run", "", str(error))
    for path, ref in relative.items() if run is None else ():
        message = f"{ref} is of the home course, and no run is given. Name the run, or write the full key."
        yield Finding(Severity.ERROR, "relative-without-run", path, message)
    for path, condition in _conditions(bound):
        if not {f"{path}.block", f"{path}.course"} & relative.keys():
            yield from _condition(path, condition, courses)


def _condition(path: str, condition: Condition, courses: Courses) -> Iterator[Finding]:
    match condition:
        case Completion() | SubsectionGrade():
            yield from block_findings(condition, f"{path}.block", courses)
        case CourseGrade(course=course) | CoursePassed(course=course) | Certificate(course=course):
            if keys.course_key(course) is None or not courses.exists(course):
                message = f"There is no course {course} here. Check its key, or remove the requirement."
                yield Finding(Severity.ERROR, "unknown-course", f"{path}.course", message)
        case _:
            return


def _listed_twice(definition: Definition) -> Iterator[Finding]:
    """Find a condition that occurs twice in one milestone: what counts "2 of 3" would then count one deed twice."""
    for index, milestone in enumerate(definition.milestones):
        first: dict[str, str] = {}
        for path, condition in conditions(milestone.require, f"milestones[{index}].require"):
            key = need(condition, milestone.key).evidence_key
            if first.setdefault(key, path) != path:
                message = f"asks for the same as {first[key]}, so that doing it once counts twice. Remove one of them."
                yield Finding(Severity.WARNING, "listed-twice", path, message)


def _claims(definition: Definition) -> Iterator[Finding]:
    claim, shown = definition.quality.assessment, guaranteed_level(definition)
    if claim in ("graded", "proctored") and shown < EvidenceLevel.ASSESSED:
        message = (
            f'says "{claim}", but it can be earned by completion alone, which learners report themselves: the award '
            f'would state "{shown.label}". Require a grade, a certificate or a manual confirmation, or lower the claim.'
        )
        yield Finding(Severity.WARNING, "assessment-not-shown", "quality.assessment", message)


def _window(definition: Definition, now: datetime) -> Iterator[Finding]:
    closes = definition.window.closes
    if closes is not None and closes <= now:
        message = f"closed at {time_text(closes)}: what learners do from now on does not count. Move or remove it."
        yield Finding(Severity.WARNING, "window-closed", "window.closes", message)


def _conditions(definition: Definition) -> Iterator[tuple[str, Condition]]:
    for index, milestone in enumerate(definition.milestones):
        yield from conditions(milestone.require, f"milestones[{index}].require")
