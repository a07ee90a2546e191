"""Turns the relative references of a definition (``type@id``, ``home``) into the keys of one run."""

from collections.abc import Iterator
from dataclasses import replace

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey

from microcred_plugin.criteria import keys
from microcred_plugin.criteria.document import (
    HOME,
    Certificate,
    Completion,
    CourseGrade,
    CoursePassed,
    Definition,
    Group,
    Requirement,
    SubsectionGrade,
)
from microcred_plugin.criteria.needs import conditions
from microcred_plugin.criteria.vocabulary import MAX_KEY
from microcred_plugin.errors import BadInput


def bind(definition: Definition, run: str | None) -> Definition:
    """Return the definition with every reference absolute; one that is absolute already comes back as it is.

    In a coach's course (CCX) what is asked of its master course is asked of the CCX, however it is written: its
    learners never enter the master.

    ``run`` is a course key; None is for a definition that names its courses itself. Raises BadInput for what is no
    course run, for a relative reference without a run, and for a key that would be too long to store.
    """
    if not is_relative(definition) and (run is None or keys.master_of(run) == run):
        return definition
    if run is None:
        relative = ", ".join(f"{path} ({ref})" for path, ref in relative_references(definition))
        raise BadInput(f"These name the home course, so a course run is needed: {relative}. Name the run.")
    key = keys.course_key(run)
    if key is None:
        raise BadInput(f"{run!r:.100} is not a course run. Write its key, as in course-v1:Org+Course+Run.")
    milestones = (replace(item, require=_bound(item.require, key, run)) for item in definition.milestones)
    return replace(definition, milestones=tuple(milestones))


def is_relative(definition: Definition) -> bool:
    """Say whether a definition can be earned only in a run of its own (it names blocks without a course, or home)."""
    return next(relative_references(definition), None) is not None


def relative_references(definition: Definition) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of every relative reference."""
    for index, milestone in enumerate(definition.milestones):
        for path, condition in conditions(milestone.require, f"milestones[{index}].require"):
            match condition:
                case Completion(block=block) | SubsectionGrade(block=block) if keys.is_relative_block(block):
                    yield f"{path}.block", block
                case CourseGrade(course="home") | CoursePassed(course="home") | Certificate(course="home"):
                    yield f"{path}.course", HOME


def _bound(requirement: Requirement, key: CourseKey, run: str) -> Requirement:
    match requirement:
        case Group():
            return replace(requirement, of=tuple(_bound(item, key, run) for item in requirement.of))
        case Completion() | SubsectionGrade() if keys.is_relative_block(requirement.block):
            return replace(requirement, block=_absolute(requirement.block, key))
        case Completion() | SubsectionGrade():
            return replace(requirement, block=keys.block_in(requirement.block, run))
        case CourseGrade() | CoursePassed() | Certificate() if requirement.course in (HOME, keys.master_of(run)):
            return replace(requirement, course=run)
        case _:
            return requirement


def _absolute(block: str, run: CourseKey) -> str:
    try:
        found = keys.absolute_block(block, run)
    except InvalidKeyError as error:
        raise BadInput(f"{block!r:.100} names no block of a course. Write type@id, as in vertical@a1b2c3.") from error
    if len(found) > MAX_KEY:
        raise BadInput(f"{found[:100]}… is longer than the {MAX_KEY} characters of a stored key.")
    return found
