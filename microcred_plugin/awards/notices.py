"""What must still be told of awards, by channel: added with the change, claimed by lease, deleted when it was told.

The rows of an award and channel are claimed together, by a conditional update of exactly those that were read: who gets
fewer than all gives them back. So one worker at a time tells what there is to tell of an award, in the order in which
it came about, and holds no lock while it speaks to others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now

from microcred_plugin.awards.models import Award, Channel, Notice
from microcred_plugin.conf import settings
from microcred_plugin.logs import told

#: So many times longer than others' leases: a mail server keeps one waiting, and edx-ace tries for up to five minutes.
_LEASES = 5
_LONGEST_REST = timedelta(hours=6)
_ERROR_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to tell what waits of an award by a channel: its changes, oldest first."""

    award_pk: int
    channel: Channel
    changes: tuple[tuple[str, datetime], ...]  #: kind of the line of history, and when it was
    pks: tuple[int, ...]
    lost: int  #: how often a worker took them and was never heard of again
    attempts: int

    @property
    def kinds(self) -> frozenset[str]:
        """What happened."""
        return frozenset(kind for kind, _ in self.changes)

    @property
    def latest(self) -> datetime:
        """When the last of it happened."""
        return max(at for _, at in self.changes)


def is_mailed(milestone_key: str) -> bool:
    """Say whether learners are mailed of what happens to such an award, as the settings are now."""
    return bool(settings.MICROCRED_MAIL_LEARNERS and (not milestone_key or settings.MICROCRED_MAIL_MILESTONES))


def add(awards: Iterable[Award], kind: str, at: datetime, *, mailed: Iterable[Award] = ()) -> None:
    """Note what is to be told, in the transaction of the change and in one query: of some awards by mail, too."""
    rows = [Notice(award=award, channel=Channel.TRACKING, kind=kind, at=at) for award in awards]
    rows += [Notice(award=award, channel=Channel.MAIL, kind=kind, at=at) for award in mailed]
    Notice.objects.bulk_create(rows, batch_size=500)


def _lease() -> timedelta:
    return timedelta(seconds=_LEASES * settings.MICROCRED_LEASE_SECONDS)


def _due(moment: datetime) -> Q:
    """Rows nobody holds and nothing keeps back; a lease or rest that ends impossibly late is of a clock set back.

    Twice as late as can be: one that was given after ``moment``, while we came to it, is nobody's but its holder's.
    """
    free = Q(lease_until=None) | Q(lease_until__lt=moment) | Q(lease_until__gt=moment + 2 * _lease())
    rested = Q(not_before=None) | Q(not_before__lte=moment) | Q(not_before__gt=moment + 2 * _LONGEST_REST)
    return free & rested


def claim(award_pk: int, channel: Channel) -> Claim | None:
    """Take all that waits of an award and channel; None when there is nothing, or any of it is held or rests."""
    rows = list(Notice.objects.filter(award_id=award_pk, channel=channel).order_by("pk"))
    if not rows:
        return None
    moment = now()
    pks = tuple(row.pk for row in rows)
    lost = max(row.lost for row in rows) + any(row.lease_until is not None for row in rows)
    with transaction.atomic():
        taken = Notice.objects.filter(_due(moment), pk__in=pks).update(lease_until=moment + _lease(), lost=lost)
        if taken != len(pks):
            transaction.set_rollback(True)
            return None
    changes = tuple((row.kind, row.at) for row in rows)
    return Claim(award_pk, channel, changes, pks, lost, max(row.attempts for row in rows))


def finish(done: Claim, *, told_held: bool | None = None) -> None:
    """Note that it was told, and what the learner believes now (None: as before), in one transaction.

    The award first, which who changes it holds when they add a notice: else either would wait for the other.
    """
    with transaction.atomic():
        if told_held is not None:
            Award.objects.filter(pk=done.award_pk).update(told_held=told_held)
        Notice.objects.filter(pk__in=done.pks).delete()


def fail(held: Claim, error: BaseException) -> timedelta:
    """Note a failed attempt; return how long to rest, twice as long after each, until it is tried again."""
    attempts = held.attempts + 1
    rest = min(timedelta(seconds=settings.MICROCRED_BACKOFF_SECONDS * 2 ** min(attempts - 1, 30)), _LONGEST_REST)
    Notice.objects.filter(pk__in=held.pks).update(
        attempts=attempts, lease_until=None, not_before=now() + rest, last_error=told(error)[:_ERROR_LENGTH]
    )
    return rest


def due(limit: int, *, after: int = 0) -> Sequence[int]:
    """Name up to ``limit`` awards above ``after`` of which something is to be told now, by id."""
    rows = Notice.objects.filter(_due(now()), award_id__gt=after).order_by("award_id")
    return list(rows.values_list("award_id", flat=True).distinct()[:limit])


def waiting(older_than: timedelta = timedelta(0)) -> QuerySet[Notice]:
    """Return what was not told yet, some of it for so long, oldest first."""
    rows = Notice.objects.order_by("at")
    return rows.filter(at__lte=now() - older_than) if older_than else rows
