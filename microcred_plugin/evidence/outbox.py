"""The outbox: one row for each learner and context to judge again, claimed by lease, finished by compare-and-delete.

Every statement here is one query. See docs/decisions/0003-outbox.md for why it is enough.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.utils.timezone import now

from microcred_plugin import dispatch
from microcred_plugin.conf import settings
from microcred_plugin.evidence.models import Pending
from microcred_plugin.logs import told

_ERROR_LENGTH = 500


class Claim(NamedTuple):
    """The right to judge a learner in a context, as of a change."""

    user_id: int
    context: str
    change: int


class Retry(NamedTuple):
    """What to try again, and in how many seconds."""

    claim: Claim
    rest: float


def mark(user_id: int, context: str) -> None:
    """Note that a learner's evidence changed, in the transaction of the change, and wake a worker after its commit.

    One upsert; none when this transaction has already noted it. A savepoint protects the caller's transaction.
    """
    once = ("evaluate", user_id, context)
    if connection.in_atomic_block and dispatch.is_registered(once):
        return
    change = secrets.randbits(63)
    with transaction.atomic():
        _upsert(user_id, context, change)
        dispatch.after_commit_once(once, "evaluate", user_id, context, change)


def _upsert(user_id: int, context: str, change: int) -> None:
    row = Pending(user_id=user_id, context=context, change=change, changed_at=now())
    with_target = connection.features.supports_update_conflicts_with_target
    Pending.objects.bulk_create(
        [row],
        update_conflicts=True,
        # A new event is a new chance for a row that was parked.
        update_fields=["change", "changed_at", "parked_at", "not_before"],
        unique_fields=["user_id", "context"] if with_target else None,
    )


_NOT_PARKED = Q(parked_at=None)
#: The same, so that no index helps: MariaDB locks all it finds in the index it chooses, and of a claim's conditions it
#: would choose this one. The claim would wait for the open transactions of all other learners.
_NOT_PARKED_BY_NO_INDEX = Q(IsNull(Coalesce("parked_at", "parked_at"), True))


def _due(moment: datetime, *, not_parked: Q = _NOT_PARKED) -> Q:
    """Rows nobody holds and nothing keeps back.

    A lease or a rest that ends far later than any that could have been given does not count: the clock was set back.
    Far, for who asks may have looked at the clock a moment before the one who holds it did.
    """
    lease = timedelta(seconds=settings.MICROCRED_LEASE_SECONDS)
    free = Q(lease_until=None) | Q(lease_until__lt=moment) | Q(lease_until__gt=moment + 2 * lease)
    rested = Q(not_before=None) | Q(not_before__lte=moment) | Q(not_before__gt=moment + 2 * longest_rest())
    return not_parked & free & rested


def claim(user_id: int, context: str, change: int) -> Claim | None:
    """Take the row for a lease, if it still holds this change and nobody has it; None means there is nothing to do."""
    moment = now()
    rows = Pending.objects.filter(
        _due(moment, not_parked=_NOT_PARKED_BY_NO_INDEX), user_id=user_id, context=context, change=change
    )
    lease_until = moment + timedelta(seconds=settings.MICROCRED_LEASE_SECONDS)
    return Claim(user_id, context, change) if rows.update(lease_until=lease_until) else None


def finish(done: Claim) -> bool:
    """Delete the row unless an event came meanwhile; False means: judge again, see ``renew``."""
    deleted, _ = _same(done).delete()
    return bool(deleted)


def renew(done: Claim) -> Claim | None:
    """Read which change the row holds now; None when it is gone."""
    change = _row(done).values_list("change", flat=True).first()
    return None if change is None else done._replace(change=change)


def release(held: Claim) -> None:
    """Give the row back, to be taken by the next who asks."""
    _row(held).update(lease_until=None)


def fail(held: Claim, error: BaseException) -> Retry | None:
    """Note a failed attempt; return what to wake a worker with, or None when the row is parked or gone.

    An event that came during the attempt is a new chance: it is not parked with it, and does not rest. Of the error,
    what ``logs.told`` tells is stored: others' messages may hold personal data.
    """
    while (row := _row(held).first()) is not None:
        newer, attempts = row.change != held.change, row.attempts + 1
        rest = timedelta(0) if newer else _rest(attempts)
        parked = attempts >= settings.MICROCRED_MAX_ATTEMPTS and not newer
        values = {
            "attempts": attempts,
            "lease_until": None,
            "last_error": told(error)[:_ERROR_LENGTH],
            "parked_at": now() if parked else None,
            "not_before": None if parked or newer else now() + rest,
        }
        # Only while it holds the change that was just read; else another event came, and it is looked at again.
        if _row(held).filter(change=row.change).update(**values):
            return None if parked else Retry(held._replace(change=row.change), rest.total_seconds())
    return None


def _rest(attempts: int) -> timedelta:
    return timedelta(seconds=settings.MICROCRED_BACKOFF_SECONDS * 2 ** (attempts - 1))


def longest_rest() -> timedelta:
    """The longest rest that ``fail`` ever gives."""
    return _rest(settings.MICROCRED_MAX_ATTEMPTS)


def due(limit: int, *, up_to: int | None = None, context: str | None = None) -> Sequence[Claim]:
    """List rows that wait, oldest first, up to the one that was ``newest``; claim each before touching it."""
    rows = Pending.objects.filter(_due(now())).order_by("changed_at")
    if up_to is not None:
        rows = rows.filter(pk__lte=up_to)
    if context is not None:
        rows = rows.filter(context=context)
    return [Claim(*row) for row in rows.values_list("user_id", "context", "change")[:limit]]


def newest() -> int:
    """Return the id of the row that was made last. Not a time: clocks are set back."""
    return Pending.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def wake(user_id: int, contexts: Sequence[str]) -> bool:
    """Say whether the learner waits in one of the contexts, and wake a worker for those that are due (read repair)."""
    is_due = ExpressionWrapper(_due(now()), output_field=BooleanField())
    rows = Pending.objects.filter(user_id=user_id, context__in=contexts).annotate(is_due=is_due)
    waiting = list(rows.values_list("context", "change", "is_due"))
    for context, change, due_now in waiting:
        if due_now:
            dispatch.after_commit("evaluate", user_id, context, change)
    return bool(waiting)


def parked() -> QuerySet[Pending]:
    """Return the rows that failed too often, oldest first."""
    return Pending.objects.exclude(parked_at=None).order_by("parked_at")


def waiting_since() -> datetime | None:
    """Say since when the oldest row that is not parked waits."""
    return Pending.objects.filter(parked_at=None).order_by("changed_at").values_list("changed_at", flat=True).first()


def unpark(pks: Collection[int] | None = None) -> int:
    """Give parked rows another round of attempts, all or these; return how many."""
    rows = parked() if pks is None else parked().filter(pk__in=pks)
    # By id: an update that looks for them would lock, and wait for, every row.
    found = list(rows.values_list("pk", flat=True))
    pages = (Pending.objects.filter(pk__in=found[start : start + 500]) for start in range(0, len(found), 500))
    return sum(page.exclude(parked_at=None).update(parked_at=None, attempts=0, not_before=None) for page in pages)


def named(pks: Collection[int]) -> Sequence[Claim]:
    """List rows by their ids, to be claimed; those that are parked or rest are refused then."""
    rows = Pending.objects.filter(pk__in=pks).order_by("pk")
    return [Claim(*row) for row in rows.values_list("user_id", "context", "change")]


def _row(held: Claim) -> QuerySet[Pending]:
    return Pending.objects.filter(user_id=held.user_id, context=held.context)


def _same(held: Claim) -> QuerySet[Pending]:
    return _row(held).filter(change=held.change)
