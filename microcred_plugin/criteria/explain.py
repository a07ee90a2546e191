"""Explains a verdict: what is met and since when, what is missing and how far, as data and in a learner's words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from microcred_plugin.criteria.document import Condition, Group, Rule
from microcred_plugin.criteria.dump import dump_condition
from microcred_plugin.criteria.needs import NAMES
from microcred_plugin.criteria.numbers import decimal_text, time_text
from microcred_plugin.criteria.verdict import MilestoneVerdict, NodeVerdict, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is missing need not all be done: ``need`` more of ``of`` alternatives are enough."""

    need: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One condition of a milestone, met or missing, with its path below the milestone (``require.all[0].completion``).

    ``have``, ``need``, ``blocks`` and ``units`` are those of the node's verdict. ``choice`` is there when something
    else can be done instead.
    """

    path: str
    condition: Condition
    met: bool
    have: Decimal
    need: Decimal
    blocks: tuple[str, ...] = ()
    units: int = 0
    at: datetime | None = None
    choice: Choice | None = None

    @property
    def requirement(self) -> str:
        """The condition's name in the document, as in ``completion``."""
        return NAMES[type(self.condition)]


def missing(milestone: MilestoneVerdict) -> tuple[Part, ...]:
    """Return what would still earn the milestone, in reading order; nothing once it is earned.

    Of a group of which some are enough, every alternative is returned, with its :class:`Choice`.
    """
    return tuple(part for part in _walk(milestone.node, "require", None, unmet_only=True) if not part.met)


def met(milestone: MilestoneVerdict) -> tuple[Part, ...]:
    """Return every condition that is met, in reading order, whether the milestone is earned or not."""
    return tuple(part for part in _walk(milestone.node, "require", None, unmet_only=False) if part.met)


def verdict_dict(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as JSON-able data; decimals are strings.

    ``{"earned", "fraction", "evidence_level", "milestones": [milestone_dict, …]}``
    """
    return {
        "earned": verdict.earned,
        "fraction": decimal_text(verdict.fraction),
        "evidence_level": verdict.level.label,
        "milestones": [milestone_dict(milestone) for milestone in verdict.milestones],
    }


def milestone_dict(milestone: MilestoneVerdict) -> dict[str, Any]:
    """Return the verdict on a milestone as JSON-able data; decimals are strings.

    ``{"key", "title", "badge", "earned", "fraction", "evidence_level", "missing": [part, …], "met": [part, …]}`` with
    parts ``{"requirement", "path", "condition", "have", "need", "blocks"}``, and where they say something ``"at"``
    (ISO 8601, UTC) and ``"choice": {"need", "of"}``.
    """
    return {
        "key": milestone.key,
        "title": milestone.title,
        "badge": milestone.badge,
        "earned": milestone.earned,
        "fraction": decimal_text(milestone.node.fraction),
        "evidence_level": milestone.node.level.label,
        "missing": [_part_dict(part) for part in missing(milestone)],
        "met": [_part_dict(part) for part in met(milestone)],
    }


def _part_dict(part: Part) -> dict[str, Any]:
    found: dict[str, Any] = {
        "requirement": part.requirement,
        "path": part.path,
        "condition": dump_condition(part.condition),
        "have": decimal_text(part.have),
        "need": decimal_text(part.need),
        "blocks": list(part.blocks),
    }
    if part.at is not None:
        found["at"] = time_text(part.at)
    if part.choice is not None:
        found["choice"] = {"need": part.choice.need, "of": part.choice.of}
    return found


def _walk(node: NodeVerdict, path: str, choice: Choice | None, *, unmet_only: bool) -> Iterator[Part]:
    if unmet_only and node.met:
        return
    group = node.requirement
    if not isinstance(group, Group):
        yield _part(node, group, f"{path}.{NAMES[type(group)]}", None if node.met else choice)
        return
    unmet = [child for child in node.children if not child.met]
    still = group.count - (len(node.children) - len(unmet))
    if len(unmet) > still:
        choice = Choice(need=max(still, 0), of=len(unmet)) if not node.met else None
    name = f"{group.rule.value}.of" if group.rule is Rule.AT_LEAST else group.rule.value
    for index, child in enumerate(node.children):
        yield from _walk(child, f"{path}.{name}[{index}]", choice, unmet_only=unmet_only)


def _part(node: NodeVerdict, condition: Condition, path: str, choice: Choice | None) -> Part:
    return Part(
        path=path,
        condition=condition,
        met=node.met,
        have=node.have,
        need=node.need,
        blocks=node.left,
        units=node.units,
        at=node.at,
        choice=choice,
    )
