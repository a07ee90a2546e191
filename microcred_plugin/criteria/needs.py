"""What has to be known to judge a definition, and how far the answer can be trusted."""

from collections.abc import Iterable, Iterator

from microcred_plugin.criteria.document import (
    Certificate,
    Completion,
    Condition,
    CourseGrade,
    CoursePassed,
    Definition,
    Group,
    HeldMicrocredential,
    Manual,
    Requirement,
    Rule,
    SubsectionGrade,
)
from microcred_plugin.criteria.verdict import EvidenceLevel, Need

#: The name of each condition in the document.
NAMES: dict[type[Condition], str] = {
    Completion: "completion",
    SubsectionGrade: "subsection_grade",
    CourseGrade: "course_grade",
    CoursePassed: "course_passed",
    Certificate: "certificate",
    HeldMicrocredential: "microcredential",
    Manual: "manual",
}

_LEVELS = {
    "completion": EvidenceLevel.PARTICIPATION,
    "subsection_grade": EvidenceLevel.ASSESSED,
    "course_grade": EvidenceLevel.ASSESSED,
    "course_passed": EvidenceLevel.ASSESSED,
    "certificate": EvidenceLevel.ASSESSED,
    # What another microcredential shows is known only from an award of it; this much any of them shows.
    "award": EvidenceLevel.PARTICIPATION,
    "manual": EvidenceLevel.VERIFIED,
}


def needs(bound: Definition) -> frozenset[Need]:
    """Return every fact that ``evaluate`` reads for a bound definition, and no other."""
    return frozenset(
        need(condition, milestone.key)
        for milestone in bound.milestones
        for _, condition in conditions(milestone.require)
    )


def need(condition: Condition, milestone_key: str) -> Need:
    """Return the name of the fact that one condition of a milestone asks for."""
    match condition:
        case Completion() | SubsectionGrade():
            return Need(NAMES[type(condition)], condition.block)
        case CourseGrade() | CoursePassed() | Certificate():
            return Need(NAMES[type(condition)], condition.course)
        case HeldMicrocredential():
            return Need("award", str(condition.uuid))
        case Manual():
            return Need("manual", milestone_key)


def conditions(requirement: Requirement, path: str = "") -> Iterator[tuple[str, Condition]]:
    """Yield each condition of a tree in reading order, with its path (``all[0].completion``) after ``path``."""
    prefix = f"{path}." if path else ""
    if not isinstance(requirement, Group):
        yield f"{prefix}{NAMES[type(requirement)]}", requirement
        return
    name = f"{requirement.rule.value}.of" if requirement.rule is Rule.AT_LEAST else requirement.rule.value
    for index, child in enumerate(requirement.of):
        yield from conditions(child, f"{prefix}{name}[{index}]")


def level_of(kind: str) -> EvidenceLevel:
    """Return the level that a fact of this kind (``Need.kind``) shows by itself."""
    return _LEVELS[kind]


def guaranteed_level(definition: Definition) -> EvidenceLevel:
    """Return the level that every way of earning the whole shows at least."""
    return _lowest((_requirement_level(item.require) for item in definition.milestones), definition.award_when)


def _requirement_level(requirement: Requirement) -> EvidenceLevel:
    if isinstance(requirement, Group):
        return _lowest(map(_requirement_level, requirement.of), requirement.count)
    return level_of(need(requirement, "").kind)


def _lowest(levels: Iterable[EvidenceLevel], count: int) -> EvidenceLevel:
    """Return what any ``count`` of these show: the weakest way is the ``count`` lowest, judged by the best of them."""
    ordered = sorted(levels)
    return ordered[count - 1] if 0 < count <= len(ordered) else EvidenceLevel.NONE
