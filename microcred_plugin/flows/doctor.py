"""What is wrong with this installation, and what to do about it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib.metadata import entry_points

from celery import current_app
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now

from microcred_plugin.awards import api as awards
from microcred_plugin.compat import platform
from microcred_plugin.data import Check
from microcred_plugin.definitions import versions
from microcred_plugin.evidence import outbox
from microcred_plugin.flows.backfill import due_backfills, failing_backfills

_OLD = timedelta(minutes=15)
_OURS = {
    ("lms.djangoapp", "microcred_plugin"),
    ("cms.djangoapp", "microcred_plugin"),
    ("xblock.v1", "microcredential"),
}


def doctor() -> tuple[Check, ...]:
    """Return every check, those that passed too."""
    return tuple(check for look in _LOOKS for check in _safely(look))


def _safely(look: Callable[[], Iterator[Check]]) -> list[Check]:
    try:
        return list(look())
    except Exception as error:  # a check that cannot be made is a finding, not a crash
        name = look.__name__.strip("_").replace("_", "-")
        return [Check(name, False, f"{type(error).__name__}: {error}", "Mend this first, then run doctor again.")]


def _entry_points() -> Iterator[Check]:
    for group, name in sorted(_OURS):
        found = [point for point in entry_points(group=group) if point.name == name]
        remedy = "Install microcred-plugin with pip into this environment."
        if len(found) > 1:
            remedy = "Two distributions use this name and hide each other: uninstall one."
        elif found:
            found[0].load()
        yield Check(
            f"entry-point {group}", len(found) == 1, f"{len(found)} named {name}.", "" if len(found) == 1 else remedy
        )


def _migrations() -> Iterator[Check]:
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as error:
        yield Check("database", False, str(error), "Check the connection to the database.")
        return
    targets = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "microcred_plugin"]
    waiting = executor.migration_plan(targets)
    message = f"{len(waiting)} migrations wait." if waiting else "All migrations are applied."
    yield Check("migrations", not waiting, message, "Run: manage.py migrate microcred_plugin" if waiting else "")


def _platform() -> Iterator[Check]:
    tracked = platform().completion_is_tracked()
    yield Check(
        "completion-tracking",
        tracked,
        "Completion is tracked." if tracked else "Completion is not tracked, so nothing can be completed.",
        "" if tracked else "Run: manage.py waffle_switch completion.enable_completion_tracking on --create",
    )


def _tasks() -> Iterator[Check]:
    missing = [
        name
        for name in ("evaluate", "run_backfill", "announce", "refresh_structure")
        if f"microcred_plugin.tasks.{name}" not in current_app.tasks
    ]
    message = f"Not registered: {', '.join(missing)}." if missing else "All tasks are registered."
    yield Check("tasks", not missing, message, "Restart the workers with the plugin installed." if missing else "")


def _waiting() -> Iterator[Check]:
    since = outbox.waiting_since()
    late = since is not None and since < now() - _OLD
    message = f"The oldest learner waits since {since:%Y-%m-%d %H:%M} UTC." if since else "No learner waits."
    yield Check("outbox", not late, message, _SWEEP if late else "")
    parked = [f"user {row.user_id} in {row.context}: {row.last_error}" for row in outbox.parked()[:5]]
    remedy = "Mend the cause, then run: manage.py microcred sweep --unpark" if parked else ""
    yield Check("parked", not parked, "; ".join(parked) or "Nothing is parked.", remedy)


def _late_steps() -> Iterator[Check]:
    unsaid = len(awards.unannounced(100, older_than_seconds=int(_OLD.total_seconds())))
    yield Check("announcements", not unsaid, f"{unsaid} awards wait to be announced.", _SWEEP if unsaid else "")
    due = len(due_backfills(100))
    yield Check("backfills", not due, f"{due} backfills are due.", _SWEEP if due else "")
    failing = [f"{row.microcredential} in {row.context}: {row.last_error}" for row in failing_backfills(5)]
    remedy = "Mend the cause; they are tried again every minute." if failing else ""
    yield Check("failing-backfills", not failing, "; ".join(failing) or "No backfill fails.", remedy)


def _versions() -> Iterator[Check]:
    changed = [str(row) for row in versions.altered()]
    remedy = "Restore these rows from a backup; until then they award nothing." if changed else ""
    yield Check("versions", not changed, ", ".join(changed) or "Every version is as it was published.", remedy)


_SWEEP = "Run: manage.py microcred sweep; put it into cron, and see that Celery's workers run."
_LOOKS = (_entry_points, _migrations, _platform, _tasks, _waiting, _late_steps, _versions)
