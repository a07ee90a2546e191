"""Counts and ages for monitoring: seven queries, each answered by an index alone, whatever there is to count.

The dearest counts the awards by state, which takes as long as ``COUNT(*)`` of them.
"""

from datetime import datetime

from django.db.models import Count, Min
from django.utils.timezone import now

from microcred_plugin import switches
from microcred_plugin.awards import api as awards
from microcred_plugin.awards import notices
from microcred_plugin.awards.models import Award, Channel
from microcred_plugin.data import AwardState, Metrics
from microcred_plugin.evidence import outbox
from microcred_plugin.evidence.models import Backfill, Pending, SweepRun


def metrics() -> Metrics:
    """Count what waits, say for how long, and count the awards by state."""
    moment = now()
    pending = Pending.objects.aggregate(all=Count("pk"), parked=Count("parked_at"))
    due = Backfill.objects.filter(finished_at=None, due_at__lte=moment).aggregate(many=Count("pk"), since=Min("due_at"))
    unsaid = awards.to_announce().aggregate(many=Count("pk"), since=Min("to_announce_since"))
    untold = _untold(moment)
    swept = SweepRun.objects.values_list("finished_at", flat=True).first()
    return Metrics(
        waiting_learners=pending["all"] - pending["parked"],
        waiting_oldest_seconds=_age(outbox.waiting_since(), moment),
        parked_learners=pending["parked"],
        due_backfills=due["many"],
        due_backfills_oldest_seconds=_age(due["since"], moment),
        unannounced_awards=unsaid["many"],
        unannounced_awards_oldest_seconds=_age(unsaid["since"], moment),
        unsent_mails=untold[Channel.MAIL][0],
        unsent_mails_oldest_seconds=untold[Channel.MAIL][1],
        untracked_changes=untold[Channel.TRACKING][0],
        untracked_changes_oldest_seconds=untold[Channel.TRACKING][1],
        awards=_by_state(),
        seconds_since_last_sweep=None if swept is None else _age(swept, moment),
        awarding_is_paused=switches.awarding_is_paused(),
        notifying_is_paused=switches.notifying_is_paused(),
    )


def _age(since: datetime | None, moment: datetime) -> int:
    return 0 if since is None else max(0, int((moment - since).total_seconds()))


def _untold(moment: datetime) -> dict[str, tuple[int, int]]:
    """Return for each channel how many changes it must still tell, and the age of the oldest."""
    rows = notices.waiting().order_by().values_list("channel").annotate(Count("pk"), Min("at"))
    counted = {channel: (many, _age(since, moment)) for channel, many, since in rows}
    return {channel.value: counted.get(channel.value, (0, 0)) for channel in Channel}


def _by_state() -> dict[str, int]:
    counted = dict(Award.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state.value: counted.get(state.value, 0) for state in AwardState}
