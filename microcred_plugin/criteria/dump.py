"""Writes a :class:`Definition` back as its one canonical document."""

from typing import Any

from microcred_plugin.criteria.document import (
    FORMAT,
    Certificate,
    Completion,
    Condition,
    CourseGrade,
    CoursePassed,
    Definition,
    Group,
    HeldMicrocredential,
    Image,
    Manual,
    Requirement,
    Rule,
    SubsectionGrade,
)
from microcred_plugin.criteria.needs import NAMES
from microcred_plugin.criteria.numbers import decimal_number, decimal_text, time_text


def dump(definition: Definition) -> dict[str, Any]:
    """Return the document, every member written out and JSON-able, so that equal definitions are equal documents.

    ``parse(dump(definition)) == definition`` for every definition that ``parse`` returns.
    """
    whole = definition.award_when == len(definition.milestones)
    return {
        "format": FORMAT,
        "slug": definition.slug,
        "title": definition.title,
        "description": definition.description,
        "type": definition.type,
        "issuer": definition.issuer,
        "language": definition.language,
        "image": _image(definition.image),
        "award_when": "all" if whole else {"at_least": definition.award_when},
        "milestones": [
            {
                "key": milestone.key,
                "title": milestone.title,
                "description": milestone.description,
                "badge": milestone.badge,
                "require": dump_requirement(milestone.require),
            }
            for milestone in definition.milestones
        ],
        "eligibility": {
            "enrolled": definition.eligibility.enrolled,
            "modes": list(definition.eligibility.modes) or "any",
        },
        "window": {"opens": time_text(definition.window.opens), "closes": time_text(definition.window.closes)},
        "stackable": definition.stackable,
        "policy": {
            "regression": definition.policy.regression,
            "grace_days": definition.policy.grace_days,
            "expires_after_months": definition.policy.expires_after_months,
        },
        "quality": _quality(definition),
        "skills": [
            {"name": skill.name, "framework": skill.framework} | ({"uri": skill.uri} if skill.uri else {})
            for skill in definition.skills
        ],
    }


def dump_requirement(requirement: Requirement) -> dict[str, Any]:
    """Return one requirement as it is written in a document."""
    if isinstance(requirement, Group):
        children = [dump_requirement(item) for item in requirement.of]
        if requirement.rule is Rule.AT_LEAST:
            return {"at_least": {"count": requirement.count, "of": children}}
        return {requirement.rule.value: children}
    return {NAMES[type(requirement)]: dump_condition(requirement)}


def dump_condition(condition: Condition) -> dict[str, Any]:
    """Return the members of one condition, without its name."""
    match condition:
        case Completion():
            return {"block": condition.block, "percent": decimal_number(condition.percent)}
        case SubsectionGrade():
            return {"block": condition.block, "minimum": decimal_text(condition.minimum)}
        case CourseGrade():
            return {"course": condition.course, "minimum": decimal_text(condition.minimum)}
        case CoursePassed() | Certificate():
            return {"course": condition.course}
        case HeldMicrocredential():
            return {"uuid": str(condition.uuid)}
        case Manual():
            return {"prompt": condition.prompt}


def _image(image: Image) -> dict[str, Any]:
    if image.file:
        return {"file": image.file}
    return {"design": {"shape": image.design.shape, "colour": image.design.colour, "icon": image.design.icon}}


def _quality(definition: Definition) -> dict[str, Any]:
    quality = definition.quality
    return {
        "outcomes": list(quality.outcomes),
        "workload_hours": decimal_number(quality.workload_hours),
        "ects": decimal_number(quality.ects),
        "eqf_level": quality.eqf_level,
        "assessment": quality.assessment,
        "participation": quality.participation,
        "supervision": quality.supervision,
        "identity_check": quality.identity_check,
        "quality_assurance": quality.quality_assurance,
        "prerequisites": quality.prerequisites,
    }
