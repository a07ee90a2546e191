"""Walk over the learners of a context and judge them in chunks; interrupted, it goes on where it was."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.timezone import now

from microcred_plugin import dispatch, switches
from microcred_plugin.awards.api import Key
from microcred_plugin.conf import settings
from microcred_plugin.data import BackfillReport
from microcred_plugin.definitions import interest
from microcred_plugin.definitions.models import Microcredential
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.errors import NotAllowed
from microcred_plugin.evidence import gates
from microcred_plugin.evidence.models import Backfill
from microcred_plugin.flows.judge import judge
from microcred_plugin.flows.learners import count_in, learners_in
from microcred_plugin.flows.schedule import contexts_of
from microcred_plugin.flows.settle import settle, would_grant
from microcred_plugin.logs import Log, told

log = Log(__name__)

OnProgress = Callable[[int, int], None]  #: learners done, learners in all (0: unknown)
Stop = Callable[[], bool]  #: asked after each chunk: is it time to stop

_RETRY_SECONDS = 60


def run_backfill(pk: int, on_progress: OnProgress | None = None, stop: Stop | None = None) -> bool:
    """Run a backfill that is due and that nobody runs; False when there is nothing to do, or awarding is paused.

    It ends early when ``stop`` says so or awarding is paused meanwhile; whoever comes next goes on where it was.
    """
    lease = None if switches.awarding_is_paused() else _claim(pk)
    if lease is None:
        return False
    row = Backfill.objects.select_related("microcredential__issuer").get(pk=pk)
    row.lease_until = lease
    try:
        _walk(row, on_progress, stop)
    except Exception as error:
        rest = now() + timedelta(seconds=_RETRY_SECONDS)
        _mine(row).update(lease_until=None, last_error=told(error)[:500], due_at=rest)
        dispatch.after_commit("run_backfill", pk, countdown=_RETRY_SECONDS)
        raise
    except BaseException:  # broken off by a person or a shutdown: whoever comes next need not wait for the lease to end
        _mine(row).update(lease_until=None)
        raise
    return True


def _claim(pk: int) -> datetime | None:
    """Take the lease; its end is also what proves later that it is still ours."""
    moment = now()
    length = timedelta(seconds=settings.MICROCRED_LEASE_SECONDS)
    lease = moment + length
    # One that ends far later than could have been given is from before the clock was set back.
    free = Q(lease_until=None) | Q(lease_until__lt=moment) | Q(lease_until__gt=lease + length)
    rows = Backfill.objects.filter(free, pk=pk, finished_at=None, due_at__lte=moment)
    return lease if rows.update(lease_until=lease) else None


def _mine(row: Backfill) -> QuerySet[Backfill]:
    """The row as long as the lease is ours; each chunk moves the lease's end."""
    return Backfill.objects.filter(pk=row.pk, lease_until=row.lease_until)


def _walk(row: Backfill, on_progress: OnProgress | None, stop: Stop | None) -> None:
    plans = interest.plans_of(row.microcredential)
    total = count_in(row.context)
    while True:
        users = learners_in(row.context, plans, after=row.cursor, limit=settings.MICROCRED_BACKFILL_CHUNK)
        if not users:
            _mine(row).update(finished_at=now(), lease_until=None)
            log.info(
                "backfill-finished", backfill=row.pk, context=row.context, learners=row.learners, awards=row.awards
            )
            return
        if not _mine(row).exists():  # somebody published or retired it meanwhile: these plans are no longer in force
            return
        row.awards += settle(users, plans, backfilled=True)
        row.cursor, row.learners = users[-1], row.learners + len(users)
        if not _keep(row):
            return
        if on_progress:
            on_progress(row.learners, total)
        if switches.awarding_is_paused() or (stop is not None and stop()):
            _mine(row).update(lease_until=None)
            return
        time.sleep(settings.MICROCRED_BACKFILL_PAUSE_MILLISECONDS / 1000)


def _keep(row: Backfill) -> bool:
    """Write how far we are and hold on for another lease; False when another worker took over."""
    longer = now() + timedelta(seconds=settings.MICROCRED_LEASE_SECONDS)
    values = {"cursor": row.cursor, "learners": row.learners, "awards": row.awards, "lease_until": longer}
    kept = bool(_mine(row).update(**values))
    row.lease_until = longer
    return kept


def backfill(
    row: Microcredential, run: str | None, *, dry_run: bool, on_progress: OnProgress | None
) -> Iterator[BackfillReport]:
    """Judge everybody concerned by one microcredential now; an interrupted walk over a context is resumed.

    NotAllowed while awarding is paused, unless nothing is to be written.
    """
    if not dry_run:
        refuse_while_paused()
    plans = interest.plans_of(row)
    counted: set[Key] = set()  # a learner of two contexts is awarded once
    for context in contexts_of(plans):
        if run is None or run == context:
            yield (
                _dry_run(row, context, plans, on_progress, counted) if dry_run else _run_now(row, context, on_progress)
            )


def refuse_while_paused() -> None:
    """Tell who asks for awards that the operator has paused them."""
    if switches.awarding_is_paused():
        name = switches.PAUSE_AWARDING.name
        raise NotAllowed(f"Awarding is paused by the switch {name}. Turn it off: manage.py waffle_switch {name} off")


def _run_now(row: Microcredential, context: str, on_progress: OnProgress | None) -> BackfillReport:
    started = Backfill.objects.filter(microcredential=row, context=context, finished_at=None, cursor__gt=0).first()
    if started is None:
        started = Backfill.objects.create(microcredential=row, context=context, due_at=now())
    Backfill.objects.filter(pk=started.pk).update(due_at=now())
    run_backfill(started.pk, on_progress)
    # It is gone when somebody published meanwhile: their backfill takes over.
    walked = Backfill.objects.filter(pk=started.pk).first() or started
    finished = walked.finished_at is not None
    return BackfillReport(slug=row.slug, run=context, learners=walked.learners, awards=walked.awards, finished=finished)


def _dry_run(
    row: Microcredential, context: str, plans: list[Plan], on_progress: OnProgress | None, counted: set[Key]
) -> BackfillReport:
    learners = after = 0
    before, total = len(counted), count_in(context)
    while users := learners_in(context, plans, after=after, limit=settings.MICROCRED_BACKFILL_CHUNK):
        counted |= would_grant(judge(gates.leave_out(users), plans))
        after, learners = users[-1], learners + len(users)
        if on_progress:
            on_progress(learners, total)
    return BackfillReport(slug=row.slug, run=context, learners=learners, awards=len(counted) - before, finished=True)


def due_backfills(limit: int, *, late_seconds: int = 0) -> list[int]:
    """Name the backfills that should be running, or should have for so long; claim each before touching it.

    One that a process is walking holds a lease and is not late.
    """
    moment = now()
    rows = Backfill.objects.filter(finished_at=None, due_at__lte=moment - timedelta(seconds=late_seconds))
    if late_seconds:
        rows = rows.exclude(lease_until__gt=moment)
    rows = rows.order_by("due_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def failing_backfills(limit: int) -> list[Backfill]:
    """Return those that failed when they were last tried; each is tried again, so it is hardly ever due for long."""
    rows = Backfill.objects.filter(finished_at=None).exclude(last_error="").order_by("pk")
    return list(rows.select_related("microcredential__issuer")[:limit])
