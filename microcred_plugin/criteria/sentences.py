"""Says in a learner's words, and in the learner's language, what is done and what is left."""

import decimal
from collections.abc import Mapping
from decimal import Decimal
from gettext import NullTranslations
from types import MappingProxyType
from typing import Protocol

from microcred_plugin.criteria.document import (
    Certificate,
    Completion,
    CourseGrade,
    CoursePassed,
    Group,
    HeldMicrocredential,
    Manual,
    Rule,
    SubsectionGrade,
)
from microcred_plugin.criteria.explain import Part
from microcred_plugin.criteria.numbers import decimal_text
from microcred_plugin.criteria.verdict import MilestoneVerdict, NodeVerdict


class Words(Protocol):
    """Who translates. The module ``django.utils.translation`` is one; so is every class of ``gettext``."""

    def gettext(self, message: str, /) -> str:
        """Return the translation of a message."""

    def ngettext(self, singular: str, plural: str, number: int, /) -> str:
        """Return the translation of a message about ``number`` things."""


ENGLISH: Words = NullTranslations()
_NO_TITLES: Mapping[str, str] = MappingProxyType({})


def summary(milestone: MilestoneVerdict, words: Words = ENGLISH) -> str:
    """Return one sentence about a milestone: "3 of 5 units complete."."""
    node = milestone.node
    if node.met:
        return words.gettext("Complete.")
    if not isinstance(node.requirement, Group):
        return _how_far(node, words)
    units = _units(node)
    if units is not None:
        return _count(units[0], units[1], words, unit=True)
    return _group(node.requirement, node, words)


def sentence(part: Part, words: Words = ENGLISH, titles: Mapping[str, str] = _NO_TITLES) -> str:
    """Return one sentence that says what to do for a condition that is missing.

    ``titles`` gives the names of blocks, courses and microcredentials by key or uuid; what it lacks is paraphrased.
    """
    match part.condition:
        case Completion(block=block):
            return _completion(part, titles.get(block), words)
        case SubsectionGrade(block=block, minimum=minimum):
            return _score(part.have, minimum, _name(titles.get(block), words.gettext("the subsection")), words)
        case CourseGrade(course=course, minimum=minimum):
            return _score(part.have, minimum, _name(titles.get(course), words.gettext("the course")), words)
        case CoursePassed(course=course):
            return words.gettext("Pass %(title)s.") % _title(titles.get(course), words.gettext("the course"))
        case Certificate(course=course):
            text = words.gettext("Earn the certificate of %(title)s.")
            return text % _title(titles.get(course), words.gettext("the course"))
        case HeldMicrocredential(uuid=uuid):
            fallback = words.gettext("the microcredential this builds on")
            return words.gettext("Earn %(title)s.") % _title(titles.get(str(uuid)), fallback)
        case Manual(prompt=prompt):
            return words.gettext("To be confirmed by a member of staff: %(prompt)s") % {"prompt": prompt}


def _completion(part: Part, title: str | None, words: Words) -> str:
    have, need = int(part.have), int(part.need)
    if not title:
        return _count(have, need, words, unit=False)
    values = {"have": have, "need": need, "title": _name(title, "")}
    if need <= 1:
        return words.gettext("Complete %(title)s.") % values
    return words.gettext("Complete %(title)s: %(have)s of %(need)s done.") % values


def _score(have: Decimal, minimum: Decimal, title: str, words: Words) -> str:
    text = words.gettext("Score %(need)s%% or more in %(title)s.")
    if have > 0:
        text = words.gettext("Score %(need)s%% or more in %(title)s; you have %(have)s%%.")
    return text % _grade(have, minimum, title)


def _how_far(node: NodeVerdict, words: Words) -> str:
    match node.requirement:
        case Completion(percent=percent) if percent == 100 and node.units > 1:
            return _count(node.units - max(1, len(node.left)), node.units, words, unit=True)
        case Completion():
            return _count(int(node.have), int(node.need), words, unit=False)
        case SubsectionGrade(minimum=minimum) | CourseGrade(minimum=minimum):
            return words.gettext("%(have)s%% of the %(need)s%% needed.") % _grade(node.have, minimum, "")
        case Manual():
            return words.gettext("Not confirmed yet.")
        case _:
            return words.gettext("Not there yet.")


def _count(have: int, need: int, words: Words, *, unit: bool) -> str:
    if unit:
        text = words.ngettext("%(have)s of %(need)s unit complete.", "%(have)s of %(need)s units complete.", need)
    else:
        text = words.ngettext(
            "%(have)s of %(need)s activity complete.", "%(have)s of %(need)s activities complete.", need
        )
    return text % {"have": have, "need": need}


def _group(group: Group, node: NodeVerdict, words: Words) -> str:
    values = {"have": int(node.have), "need": group.count, "of": len(group.of)}
    met = words.ngettext("%(have)s of %(need)s requirement met.", "%(have)s of %(need)s requirements met.", group.count)
    if group.rule is Rule.ALL or group.count == len(group.of):
        return met % values
    enough = words.ngettext("One of these is enough.", "Any %(need)s of these %(of)s are enough.", group.count)
    return (f"{met} {enough}" if node.have else enough) % values


def _units(node: NodeVerdict) -> tuple[int, int] | None:
    """Return units done and units in all, when the milestone is nothing but whole units to complete; else None."""
    group = node.requirement
    if not isinstance(group, Group) or group.count < len(group.of):
        return None
    whole = all(
        isinstance(child.requirement, Completion) and child.requirement.percent == 100 and child.units > 0
        for child in node.children
    )
    total = sum(child.units for child in node.children)
    # Not met, so at least one is left, also when the facts do not say which.
    return (total - max(1, min(len(node.left), total)), total) if whole else None


def _grade(have: Decimal, minimum: Decimal, title: str) -> dict[str, str]:
    # Rounded down: a learner who lacks a hair must not read that nothing is lacking.
    reached = min(have, Decimal(1)).quantize(Decimal("0.001"), decimal.ROUND_DOWN) * 100
    return {"have": decimal_text(reached), "need": decimal_text(minimum * 100), "title": title}


def _title(title: str | None, fallback: str) -> dict[str, str]:
    return {"title": _name(title, fallback)}


def _name(title: str | None, fallback: str) -> str:
    return f"“{title}”" if title else fallback
