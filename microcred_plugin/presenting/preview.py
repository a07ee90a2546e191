"""How a microcredential would look to a learner, for a preview that needs none."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from microcred_plugin.data import AwardData, AwardState, MilestoneData, ProgressData

#: The states a preview shows.
STATES = ("before", "half", "earned")


def imagine(progress: ProgressData, state: str, now: datetime) -> ProgressData:
    """Show how ``before``, ``half`` or ``earned`` would look, for a preview without a learner."""
    count = len(progress.milestones)
    done = {"before": 0, "half": count // 2, "earned": count}[state]
    milestones = tuple(
        _imagined(
            milestone, Decimal(1) if i < done else Decimal("0.5") if i == done and state == "half" else Decimal(0)
        )
        for i, milestone in enumerate(progress.milestones)
    )
    fraction = sum((milestone.fraction for milestone in milestones), Decimal(0)) / max(count, 1)
    whole = state == "earned"
    return replace(
        progress,
        eligible=True,
        earned=whole,
        fraction=min(fraction, Decimal(1)) if whole else min(fraction, Decimal("0.99")),
        milestones=milestones,
        award=_imagined_award(progress, now) if whole else None,
    )


def _imagined(milestone: MilestoneData, fraction: Decimal) -> MilestoneData:
    if fraction < 1:
        return replace(
            milestone, earned=False, fraction=fraction, award=None, summary="" if fraction else milestone.summary
        )
    return replace(milestone, earned=True, fraction=Decimal(1), award=None, summary="", missing=())


def _imagined_award(progress: ProgressData, now: datetime) -> AwardData:
    return AwardData(
        uuid=UUID(int=0),
        user_id=0,
        microcredential_uuid=progress.uuid,
        slug=progress.slug,
        issuer=progress.issuer,
        title=progress.title,
        milestone_key="",
        state=AwardState.GRANTED,
        evidence_level=progress.evidence_level,
        granted_at=now,
        expires_at=None,
        version=progress.version,
        run=progress.run,
        image=progress.image,
        why={},
    )
