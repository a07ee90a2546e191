"""Note in the database that learners are to be judged anew, now and again when no process can hold anything stale."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.timezone import now

from microcred_plugin import dispatch
from microcred_plugin.conf import settings
from microcred_plugin.definitions import interest
from microcred_plugin.definitions.models import Microcredential
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.evidence.models import Backfill

# After the time to live, every process has read anew which events matter; what happened before is caught by then.
_MARGIN_SECONDS = 5


def contexts_of(plans: Iterable[Plan]) -> list[str]:
    """Name the contexts whose learners a change of these plans concerns."""
    found: set[str] = set()
    for plan in plans:
        if plan.run and plan.definition.eligibility.enrolled:
            found.add(plan.run)  # nobody else is eligible
        else:
            found |= {interest.context_of(need, plan.run) for need in plan.needs}
    return sorted(found)


def schedule_backfills(row: Microcredential, plans: Iterable[Plan]) -> None:
    """Start over for every context: one walk now, one after the time to live, one when a window opens."""
    live = list(plans)
    moment = now()
    Backfill.objects.filter(microcredential=row, finished_at=None).delete()
    late = moment + timedelta(seconds=settings.MICROCRED_INTEREST_TTL_SECONDS + _MARGIN_SECONDS)
    opens = {plan.definition.window.opens for plan in live} - {None}
    due_times = [moment, late, *(time for time in opens if time and time > late)]
    for context in contexts_of(live):
        for due_at in due_times:
            backfill = Backfill.objects.create(microcredential=row, context=context, due_at=due_at)
            wait = (due_at - moment).total_seconds()
            if wait < 24 * 3600:  # what is due later is the sweep's: brokers forget long countdowns
                dispatch.after_commit("run_backfill", backfill.pk, countdown=wait)
