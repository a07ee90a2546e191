"""Put on the event bus again what was announced: after its broker was down, which no producer tells us."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from microcred_plugin import event_bus, signals
from microcred_plugin.awards import api as awards
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.data import AwardState
from microcred_plugin.errors import NotAllowed
from microcred_plugin.flows.announce import badge_of

_AT_ONCE = 500


def republish(since: datetime) -> int:
    """Publish, of each award that changed since then, what was announced of it last; return how many.

    It goes to the bus alone, not to receivers in this process, which heard it. NotAllowed where nothing is published.
    """
    if not event_bus.published():
        raise NotAllowed("Nothing is published to an event bus. Set MICROCRED_PUBLISH_TO_EVENT_BUS first.")
    done = after = 0
    while pks := awards.announced(since, _AT_ONCE, after=after):
        for award in _read(pks):
            granted = award.announced_state == AwardState.GRANTED
            signal = signals.BADGE_AWARDED if granted else signals.BADGE_REVOKED
            event_bus.publish(signal, badge_of(award), award.changed_at)
        done, after = done + len(pks), pks[-1]
    return done


def _read(pks: Sequence[int]) -> QuerySet[Award, Any]:
    last = AwardEvent.objects.filter(award=OuterRef("pk")).order_by("-pk")
    rows = Award.objects.filter(pk__in=pks).select_related("user", "microcredential", "version").order_by("pk")
    return rows.annotate(changed_at=Subquery(last.values("at")[:1]))
