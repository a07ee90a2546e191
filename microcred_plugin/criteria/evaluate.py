"""Judges a bound definition against what is known of one learner: the only place that decides what is earned."""

import decimal
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from microcred_plugin.criteria.document import (
    Completion,
    Condition,
    CourseGrade,
    Definition,
    Group,
    Requirement,
    SubsectionGrade,
)
from microcred_plugin.criteria.needs import level_of, need
from microcred_plugin.criteria.verdict import (
    Evidence,
    EvidenceLevel,
    Fact,
    MilestoneVerdict,
    NodeVerdict,
    Verdict,
)

_ZERO, _ONE, _HUNDRED = Decimal(0), Decimal(1), Decimal(100)
_PLACES = Decimal("0.0001")
_ALMOST = Decimal("0.9999")
#: More leaves than any course has; keeps a nonsensical fact from spoiling the arithmetic.
_LARGEST = Decimal(10**9)
#: Never the caller's context, whose precision or traps could round a threshold; down, so that nothing is early.
_EXACT = decimal.Context(prec=60, rounding=decimal.ROUND_DOWN, traps=[])


def evaluate(bound: Definition, evidence: Evidence) -> Verdict:
    """Return the verdict on a bound definition for one learner.

    Reads exactly the facts that ``needs(bound)`` names. A fact that is missing or makes no sense (nothing to complete,
    not a number) counts as nothing. Raises nothing.
    """
    with decimal.localcontext(_EXACT):
        milestones = tuple(
            MilestoneVerdict(
                key=item.key, title=item.title, badge=item.badge, node=_judge(item.require, item.key, evidence)
            )
            for item in bound.milestones
        )
        nodes = [milestone.node for milestone in milestones]
        earned = _enough(nodes, bound.award_when)
        return Verdict(
            earned=earned,
            fraction=_mean(nodes, bound.award_when, earned),
            level=_level(_telling(nodes, earned)),
            milestones=milestones,
        )


def _judge(requirement: Requirement, milestone: str, evidence: Evidence) -> NodeVerdict:
    if isinstance(requirement, Group):
        return _group(requirement, [_judge(item, milestone, evidence) for item in requirement.of])
    name = need(requirement, milestone)
    return _condition(requirement, name.kind, evidence.get(name.evidence_key))


def _group(group: Group, children: Sequence[NodeVerdict]) -> NodeVerdict:
    met = _enough(children, group.count)
    telling = _telling(children, met)
    # What is met has nothing left; dict.fromkeys: a block in two requirements is to be done once.
    left = () if met else tuple(dict.fromkeys(block for child in children for block in child.left))
    return NodeVerdict(
        requirement=group,
        met=met,
        fraction=_mean(children, group.count, met),
        level=_level(telling),
        have=Decimal(sum(child.met for child in children)),
        need=Decimal(group.count),
        left=left,
        at=_latest(telling),
        children=tuple(children),
    )


def _condition(condition: Condition, kind: str, fact: Fact | None) -> NodeVerdict:
    have, of = (_sane(fact.have), _sane(fact.of)) if fact is not None else (_ZERO, _ZERO)
    needed, met = _judged(condition, have, of)
    shows = fact is not None and have > 0
    return NodeVerdict(
        requirement=condition,
        met=met,
        fraction=_ONE if met else _fraction(have, needed),
        level=((fact.level if fact else None) or level_of(kind)) if shows else EvidenceLevel.NONE,
        have=have,
        need=needed,
        left=() if met or fact is None else fact.left,
        units=fact.units if fact is not None else 0,
        at=fact.at if fact is not None and shows else None,
    )


def _judged(condition: Condition, have: Decimal, of: Decimal) -> tuple[Decimal, bool]:
    """Return what is needed, in the unit of the fact, and whether it is there."""
    match condition:
        case Completion(percent=percent):
            needed = (of * percent / _HUNDRED).to_integral_value(decimal.ROUND_CEILING)
            return max(needed, _ONE), of > 0 and have * _HUNDRED >= percent * of
        case SubsectionGrade(minimum=minimum) | CourseGrade(minimum=minimum):
            return minimum, have >= minimum > 0
        case _:
            return _ONE, have >= _ONE


def _sane(value: Decimal) -> Decimal:
    return min(max(value, _ZERO), _LARGEST) if value.is_finite() else _ZERO


def _enough(children: Sequence[NodeVerdict], count: int) -> bool:
    # A count below 1 cannot be parsed; should one be built by hand, it still earns nothing for nothing.
    return sum(child.met for child in children) >= max(count, 1)


def _mean(children: Sequence[NodeVerdict], count: int, met: bool) -> Decimal:
    """Return the mean of the ``count`` children that are furthest: the shortest way to go."""
    if met:
        return _ONE
    best = sorted((child.fraction for child in children), reverse=True)[:count]
    return _fraction(sum(best, _ZERO), Decimal(max(count, 1)))


def _fraction(have: Decimal, needed: Decimal) -> Decimal:
    """Return how far it is, rounded down and below 1: 1 is for what is met alone."""
    return min((have / needed).quantize(_PLACES), _ALMOST) if needed > 0 else _ZERO.quantize(_PLACES)


def _telling(children: Sequence[NodeVerdict], met: bool) -> list[NodeVerdict]:
    """Return the children that carry a verdict: those met when it is met, else those that show something."""
    return [child for child in children if (child.met if met else child.level)]


def _level(telling: Sequence[NodeVerdict]) -> EvidenceLevel:
    return max((child.level for child in telling), default=EvidenceLevel.NONE)


def _latest(telling: Sequence[NodeVerdict]) -> datetime | None:
    return max((child.at for child in telling if child.at is not None), default=None)
