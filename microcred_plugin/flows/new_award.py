"""From a verdict to what is to be granted, with the why that is stored beside it for ever."""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from microcred_plugin.awards.api import NewAward
from microcred_plugin.criteria.document import Definition
from microcred_plugin.criteria.explain import milestone_dict, verdict_dict
from microcred_plugin.criteria.verdict import EvidenceLevel
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.progress.api import Judgement


def earned_by(plan: Plan, judgement: Judgement, moment: datetime) -> Iterator[NewAward]:
    """Yield everything the verdict has earned: badges of milestones, and the whole."""
    verdict = judgement.verdict
    for milestone in verdict.milestones:
        if milestone.badge and milestone.earned:
            yield _new(
                plan, judgement, moment, milestone.key, milestone.title, milestone_dict(milestone), milestone.node.level
            )
    if verdict.earned:
        yield _new(plan, judgement, moment, "", plan.definition.title, verdict_dict(verdict), verdict.level)


def _new(
    plan: Plan,
    judgement: Judgement,
    moment: datetime,
    milestone_key: str,
    title: str,
    why: Mapping[str, Any],
    level: EvidenceLevel,
) -> NewAward:
    evidence = {key: fact.at.isoformat() if fact.at else None for key, fact in sorted(judgement.evidence.items())}
    return NewAward(
        user_id=judgement.user_id,
        microcredential_id=plan.microcredential_id,
        milestone_key=milestone_key,
        version_id=plan.version_id,
        run=plan.run,
        title=title,
        image=image_of(plan.definition),
        why={**why, "evidence": evidence},
        evidence_level=level.label,
        expires_at=expiry(plan.definition, moment),
    )


def image_of(definition: Definition) -> dict[str, Any]:
    """Return the design of the badge as ``data`` objects carry it."""
    return {**asdict(definition.image.design), "file": definition.image.file}


def expiry(definition: Definition, moment: datetime) -> datetime | None:
    """Say when an award of this moment expires: so many calendar months later, the last day where there is no such."""
    months = definition.policy.expires_after_months
    if months is None:
        return None
    year, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + year, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def by_hand(plan: Plan, user_id: int, moment: datetime, reason: str) -> NewAward:
    """Return what a member of staff grants without evidence: the why is their reason."""
    return NewAward(
        user_id=user_id,
        microcredential_id=plan.microcredential_id,
        milestone_key="",
        version_id=plan.version_id,
        run=plan.run,
        title=plan.definition.title,
        image=image_of(plan.definition),
        why={"by_hand": True, "reason": reason},
        evidence_level=EvidenceLevel.VERIFIED.label,
        expires_at=expiry(plan.definition, moment),
    )
