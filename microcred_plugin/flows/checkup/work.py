"""Looks at the work: does anybody wait too long, is anything stuck or held back."""

from datetime import timedelta

from django.utils.timezone import now

from microcred_plugin import switches
from microcred_plugin.awards import api as awards
from microcred_plugin.awards import notices
from microcred_plugin.conf import settings
from microcred_plugin.evidence import outbox
from microcred_plugin.evidence.models import SweepRun
from microcred_plugin.flows.backfill import due_backfills, failing_backfills
from microcred_plugin.flows.checkup.found import Found, bad, odd, well

_OLD = timedelta(minutes=15)
_AT_MOST = 100
_SWEEP = "Run: manage.py lms microcred sweep; put it into cron, and see that Celery's workers run."
_UNPARK = "Mend the cause, then run: manage.py lms microcred sweep --unpark"


def look_at_outbox() -> Found:
    """Nobody should wait for long."""
    since = outbox.waiting_since()
    if since is None:
        return well("No learner waits.")
    message = f"The oldest learner waits since {since:%Y-%m-%d %H:%M} UTC."
    return bad(message, _SWEEP) if since < now() - _OLD else well(message)


def look_at_parked() -> Found:
    """Nobody should have failed too often."""
    rows = outbox.parked()
    named = [f"user {row.user_id} in {row.context}: {row.last_error}" for row in rows[:5]]
    return bad(f"{rows.count()} parked: {'; '.join(named)}", _UNPARK) if named else well("Nothing is parked.")


def look_at_backfills() -> Found:
    """What is due should be done."""
    due = due_backfills(_AT_MOST, late_seconds=int(_OLD.total_seconds()))
    return bad(f"{_count(due)} backfills are late.", _SWEEP) if due else well("No backfill is late.")


def look_at_failing_backfills() -> Found:
    """None should fail: each is put off before it is tried again, so it is hardly ever late."""
    named = [f"{row.microcredential} in {row.context}: {row.last_error}" for row in failing_backfills(5)]
    remedy = "Mend the cause; they are tried again every minute."
    return bad("; ".join(named), remedy) if named else well("No backfill fails.")


def look_at_announcements() -> Found:
    """The platform should have heard of every award."""
    unsaid = awards.unannounced(_AT_MOST, older_than_seconds=int(_OLD.total_seconds()))
    return bad(f"{_count(unsaid)} awards wait to be announced.", _SWEEP) if unsaid else well("All are announced.")


def look_at_notices() -> Found:
    """Learners and the tracking log should have been told, and nothing should fail."""
    named = [f"{row.channel}: {row.last_error}" for row in notices.waiting().exclude(last_error="")[:5]]
    late = notices.waiting(_OLD).count()
    if named:
        remedy = "Mend the cause; it is tried again, after ever longer rests."
        return bad(f"{late} changes of awards wait to be told. {'; '.join(named)}", remedy)
    return bad(f"{late} changes of awards wait to be told.", _SWEEP) if late else well("All are told.")


def look_at_sweep() -> Found:
    """Cron should run the sweep: without it everything works, only slower to heal."""
    cron = "Put it into cron: */5 * * * * manage.py lms microcred sweep --seconds 240"
    last = SweepRun.objects.values_list("finished_at", flat=True).first()
    if last is None:
        return odd("There has been no sweep yet.", cron)
    message = f"The last sweep ended at {last:%Y-%m-%d %H:%M} UTC."
    late = last < now() - timedelta(seconds=settings.MICROCRED_SWEEP_ALARM_SECONDS)
    return odd(message, cron) if late else well(message)


def look_at_pauses() -> Found:
    """A brake that was pulled should not be forgotten."""
    paused = [
        switch.name
        for switch, on in (
            (switches.PAUSE_AWARDING, switches.awarding_is_paused()),
            (switches.PAUSE_NOTIFYING, switches.notifying_is_paused()),
        )
        if on
    ]
    if not paused:
        return well("Nothing is paused.")
    remedy = f"When the reason is gone, run: manage.py lms waffle_switch {paused[0]} off, then microcred sweep"
    return odd(f"Switched on: {', '.join(paused)}.", remedy)


def _count(found: "list[int] | tuple[int, ...]") -> str:
    return f"{len(found)}" if len(found) < _AT_MOST else f"{_AT_MOST} or more"
