"""Judge learners and make it true: write progress, grant what is earned, follow the policies. Safe to repeat."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from microcred_plugin.awards import api as awards
from microcred_plugin.awards.models import Award
from microcred_plugin.data import AwardState
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.errors import Conflict
from microcred_plugin.evidence import gates
from microcred_plugin.flows.judge import judge
from microcred_plugin.flows.new_award import earned_by
from microcred_plugin.progress import api as progress
from microcred_plugin.progress.api import Judgement

_TRIES = 5
_EARNED = "The requirements were met."
_REGRESSED = "The evidence for this award is no longer there."
_BACK_AGAIN = "The evidence for this award is there again."

Judged = Sequence[tuple[Plan, Judgement]]


def settle(user_ids: Sequence[int], plans: Sequence[Plan], *, entered: bool = False, backfilled: bool = False) -> int:
    """Judge the learners for the plans and store what follows; return how many awards were granted.

    Nothing is stored of learners who were forgotten; ``entered``: the caller went through the gates in its transaction.
    ``backfilled``: a walk over all learners came to them, and nothing that they did just now.
    When another worker wrote the first verdict of one of these learners meanwhile, everything is read again.
    """
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return _settle(user_ids if entered else gates.enter(user_ids), plans, backfilled)
        except IntegrityError as error:
            lost = error
    raise Conflict("Other workers kept writing the same learners' progress; try again.") from lost


def _settle(user_ids: Sequence[int], plans: Sequence[Plan], backfilled: bool) -> int:
    if not user_ids:
        return 0
    moment = now()
    stored = progress.lock(user_ids, {plan.version_id for plan in plans})
    judged = judge(user_ids, plans)
    progress.store(stored, (judgement for _, judgement in judged), at=moment)
    open_ = [(plan, judgement) for plan, judgement in judged if is_open(plan, moment)]
    earned = {new.key: new for plan, judgement in open_ for new in earned_by(plan, judgement, moment)}
    watched = [plan for plan in plans if plan.definition.policy.regression != "keep"]
    if not earned and not watched:
        return 0
    microcredentials = {key[1] for key in earned} | {plan.microcredential_id for plan in watched}
    users = user_ids if watched else sorted({key[0] for key in earned})
    existing = {
        (row.user_id, row.microcredential_id, row.milestone_key): row
        for row in awards.of_learners(users, (), microcredentials)
    }
    _give_back(existing[key] for key in earned.keys() & existing.keys())
    _take_away(judged, existing, moment)
    missing = [new for key, new in earned.items() if key not in existing]
    return len(awards.grant(missing, reason=_EARNED, backfilled=backfilled))


def would_grant(judged: Judged) -> set[awards.Key]:
    """Name the awards that settling these judgements would grant; writes nothing."""
    moment = now()
    keys = {
        new.key for plan, judgement in judged if is_open(plan, moment) for new in earned_by(plan, judgement, moment)
    }
    rows = awards.of_learners({key[0] for key in keys}, (), {key[1] for key in keys}) if keys else []
    return keys - {(row.user_id, row.microcredential_id, row.milestone_key) for row in rows}


def is_open(plan: Plan, moment: datetime) -> bool:
    """Say whether it can be earned yet."""
    opens = plan.definition.window.opens
    return opens is None or opens <= moment


def _give_back(rows: Iterable[Award]) -> None:
    """What a policy took is given back when the evidence is there again; what a person took is not."""
    again = []
    for row in rows:
        if row.by_policy and row.state in (AwardState.HELD, AwardState.REVOKED):
            awards.change_state(row.pk, AwardState.GRANTED, reason=_BACK_AGAIN, by_policy=True)
        elif row.regressed_at is not None:
            again.append(row.pk)
    awards.set_regressed(again, None)


def _take_away(judged: Judged, existing: dict[awards.Key, Award], moment: datetime) -> None:
    lost = list(unsupported(judged, existing))
    awards.set_regressed([row.pk for _, row in lost if row.regressed_at is None], moment)
    for plan, row in lost:
        apply_policy(plan, row, since=row.regressed_at or moment, moment=moment)


def unsupported(judged: Judged, existing: dict[awards.Key, Award]) -> Iterator[tuple[Plan, Award]]:
    """Yield awards the plugin granted that their own version, in their own run, would not give any more.

    What a person gave or restored is theirs: a policy does not undo what a person did.
    """
    for plan, judgement in judged:
        if plan.definition.policy.regression == "keep":
            continue
        still = {milestone.key for milestone in judgement.verdict.milestones if milestone.earned}
        if judgement.verdict.earned:
            still.add("")
        for key in ("", *(milestone.key for milestone in judgement.verdict.milestones)):
            row = existing.get((judgement.user_id, plan.microcredential_id, key))
            if key not in still and row and row.by_policy and row.state == AwardState.GRANTED and _is_of(row, plan):
                yield plan, row


def _is_of(row: Award, plan: Plan) -> bool:
    return row.version_id == plan.version_id and row.run == plan.run


def apply_policy(plan: Plan, row: Award, *, since: datetime, moment: datetime) -> bool:
    """Hold or revoke a granted award whose evidence has been gone for the days of grace; say whether it was done."""
    policy = plan.definition.policy
    if policy.regression == "keep" or not row.by_policy or moment < since + timedelta(days=policy.grace_days):
        return False
    to = AwardState.HELD if policy.regression == "hold" else AwardState.REVOKED
    awards.change_state(row.pk, to, reason=_REGRESSED, by_policy=True)
    return True
