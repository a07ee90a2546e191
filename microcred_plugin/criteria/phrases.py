"""Says what a requirement asks, in the words of who writes it; ``sentences`` says what a learner still has to do."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from microcred_plugin.criteria.document import (
    HOME,
    Certificate,
    Completion,
    Condition,
    CourseGrade,
    CoursePassed,
    Group,
    HeldMicrocredential,
    Manual,
    Requirement,
    Rule,
    SubsectionGrade,
)
from microcred_plugin.criteria.numbers import decimal_text
from microcred_plugin.criteria.sentences import ENGLISH, Words

NO_TITLES: Mapping[str, str] = MappingProxyType({})


def phrase(condition: Condition, words: Words = ENGLISH, titles: Mapping[str, str] = NO_TITLES) -> str:
    """Return what one condition asks: "Score at least 70% in “Final project”".

    ``titles`` names blocks, courses and microcredentials as the document writes them (``vertical@id``, ``home``, a
    full key or a uuid); what it lacks is shown as it is written.
    """
    match condition:
        case Completion(block=block, percent=percent) if percent == 100:
            return words.gettext("Complete %(title)s") % _named(block, titles)
        case Completion(block=block, percent=percent):
            text = words.gettext("Complete at least %(percent)s%% of %(title)s")
            return text % {**_named(block, titles), "percent": decimal_text(percent)}
        case SubsectionGrade(block=block, minimum=minimum):
            return words.gettext("Score at least %(percent)s%% in %(title)s") % _graded(block, minimum, titles)
        case CourseGrade(course=course, minimum=minimum):
            values = {"percent": _percent(minimum), "title": _course(course, words, titles)}
            return words.gettext("Reach a grade of at least %(percent)s%% in %(title)s") % values
        case CoursePassed(course=course):
            return words.gettext("Pass %(title)s") % {"title": _course(course, words, titles)}
        case Certificate(course=course):
            return words.gettext("Earn the certificate of %(title)s") % {"title": _course(course, words, titles)}
        case HeldMicrocredential(uuid=uuid):
            return words.gettext("Hold the microcredential %(title)s") % _named(str(uuid), titles)
        case Manual(prompt=prompt):
            return words.gettext("An instructor confirms: %(prompt)s") % {"prompt": prompt}


def rule(group: Group, words: Words = ENGLISH) -> str:
    """Return how many of a group are needed: "all of these", "any of these", "at least 2 of these"."""
    if group.rule is Rule.ALL or group.count >= len(group.of):
        return words.gettext("all of these")
    if group.count == 1:
        return words.gettext("any of these")
    return words.ngettext("at least %(count)s of these", "at least %(count)s of these", group.count) % {
        "count": group.count
    }


def requirement(asked: Requirement, words: Words = ENGLISH, titles: Mapping[str, str] = NO_TITLES) -> str:
    """Return a whole requirement as one text: "at least 1 of these (Complete “A”; Complete “B”)"."""
    if not isinstance(asked, Group):
        return phrase(asked, words, titles)
    inner = "; ".join(requirement(child, words, titles) for child in asked.of)
    return f"{rule(asked, words)} ({inner})" if len(asked.of) > 1 else inner


def _named(key: str, titles: Mapping[str, str]) -> dict[str, str]:
    return {"title": f"“{titles[key]}”" if titles.get(key) else key}


def _graded(block: str, minimum: Decimal, titles: Mapping[str, str]) -> dict[str, str]:
    return {**_named(block, titles), "percent": _percent(minimum)}


def _course(course: str, words: Words, titles: Mapping[str, str]) -> str:
    return words.gettext("this course") if course == HOME else _named(course, titles)["title"]


def _percent(minimum: Decimal) -> str:
    return decimal_text(minimum * 100)
