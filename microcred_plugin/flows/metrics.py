"""Counts and ages for monitoring: five queries, each by an index, whatever there is to count."""

from datetime import datetime

from django.db.models import Count, Min, Q
from django.utils.timezone import now

from microcred_plugin import switches
from microcred_plugin.awards import api as awards
from microcred_plugin.awards.models import Award
from microcred_plugin.data import AwardState, Metrics
from microcred_plugin.evidence.models import Backfill, Pending, SweepRun


def metrics() -> Metrics:
    """Count what waits, say for how long, and count the awards by state."""
    moment = now()
    waits = Q(parked_at=None)
    pending = Pending.objects.aggregate(
        waiting=Count("pk", filter=waits), since=Min("changed_at", filter=waits), parked=Count("parked_at")
    )
    due = Backfill.objects.filter(finished_at=None, due_at__lte=moment).aggregate(many=Count("pk"), since=Min("due_at"))
    unsaid = awards.to_announce().aggregate(many=Count("pk"), since=Min("to_announce_since"))
    swept = SweepRun.objects.values_list("finished_at", flat=True).first()
    return Metrics(
        waiting_learners=pending["waiting"],
        waiting_oldest_seconds=_age(pending["since"], moment),
        parked_learners=pending["parked"],
        due_backfills=due["many"],
        due_backfills_oldest_seconds=_age(due["since"], moment),
        unannounced_awards=unsaid["many"],
        unannounced_awards_oldest_seconds=_age(unsaid["since"], moment),
        awards=_by_state(),
        seconds_since_last_sweep=None if swept is None else _age(swept, moment),
        awarding_is_paused=switches.awarding_is_paused(),
        notifying_is_paused=switches.notifying_is_paused(),
    )


def _age(since: datetime | None, moment: datetime) -> int:
    return 0 if since is None else max(0, int((moment - since).total_seconds()))


def _by_state() -> dict[str, int]:
    counted = dict(Award.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state.value: counted.get(state.value, 0) for state in AwardState}
