"""Compare what is stored with what the evidence says, learner by learner; report, and mend if asked."""

from collections.abc import Iterator, Sequence

from django.utils.timezone import now

from microcred_plugin.awards import api as awards
from microcred_plugin.conf import settings
from microcred_plugin.data import AwardState, Difference
from microcred_plugin.definitions import interest
from microcred_plugin.definitions.models import Microcredential
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.evidence import gates
from microcred_plugin.flows.backfill import refuse_while_paused
from microcred_plugin.flows.judge import judge
from microcred_plugin.flows.learners import learners_in
from microcred_plugin.flows.new_award import earned_by
from microcred_plugin.flows.schedule import contexts_of
from microcred_plugin.flows.settle import is_open, settle, unsupported
from microcred_plugin.progress import api as progress
from microcred_plugin.progress.api import Judgement

Judged = Sequence[tuple[Plan, Judgement]]


def reconcile(row: Microcredential, *, fix: bool) -> Iterator[Difference]:
    """Yield every difference of one microcredential; with ``fix``, after mending it: NotAllowed while paused."""
    if fix:
        refuse_while_paused()
    plans = interest.plans_of(row)
    seen: set[Difference] = set()  # a learner of two contexts differs once
    for context in contexts_of(plans):
        after = 0
        while users := learners_in(context, plans, after=after, limit=settings.MICROCRED_BACKFILL_CHUNK):
            found = _page(row, users, plans, fix)
            yield from (difference for difference in found if difference not in seen)
            seen.update(found)
            after = users[-1]


def _page(row: Microcredential, users: Sequence[int], plans: Sequence[Plan], fix: bool) -> list[Difference]:
    found = sorted(_differences(judge(gates.leave_out(users), plans), row))
    differing = sorted({difference[0] for difference in found})
    if fix and differing:
        settle(differing, plans, backfilled=True)
    return [
        Difference(user_id=user_id, slug=row.slug, run=run, milestone_key=milestone_key, problem=problem, fixed=fix)
        for user_id, run, milestone_key, problem in found
    ]


def _differences(judged: Judged, row: Microcredential) -> Iterator[tuple[int, str, str, str]]:
    users = {judgement.user_id for _, judgement in judged}
    stored = progress.read(users, {plan.version_id for plan, _ in judged})
    existing = {
        (one.user_id, one.microcredential_id, one.milestone_key): one for one in awards.of_learners(users, (), {row.pk})
    }
    moment = now()
    for plan, judgement in judged:
        if progress.differs(stored.get(judgement.key), judgement):
            yield judgement.user_id, plan.run, "", "progress_stale"
        for new in earned_by(plan, judgement, moment) if is_open(plan, moment) else ():
            award = existing.get(new.key)
            taken = award is not None and award.by_policy and award.state in (AwardState.HELD, AwardState.REVOKED)
            if award is None or taken:
                yield new.user_id, plan.run, new.milestone_key, "award_missing"
    for plan, award in unsupported(judged, existing):
        if award.regressed_at is None:
            yield award.user_id, plan.run, award.milestone_key, "award_unfounded"
