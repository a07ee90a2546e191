"""What is wrong with this installation, and what to do about it."""

from collections.abc import Callable, Mapping

from microcred_plugin.data import Check, CheckStatus
from microcred_plugin.flows.checkup import content, files, installation, queue, site, work
from microcred_plugin.flows.checkup.found import Found

Look = Callable[[], Found]

#: name → look, in the order in which to mend what they find. The names are stable: operators' alarms go by them.
LOOKS: Mapping[str, Look] = {
    "entry-points": installation.look_at_entry_points,
    "app": installation.look_at_app,
    "addresses": installation.look_at_addresses,
    "receivers": installation.look_at_receivers,
    "database": installation.look_at_database,
    "migrations": installation.look_at_migrations,
    "static-files": files.look_at_static_files,
    "catalogues": files.look_at_catalogues,
    "tasks": installation.look_at_tasks,
    "platform": site.look_at_platform,
    "completion-tracking": site.look_at_completion,
    "broker": queue.look_at_broker,
    "workers": queue.look_at_workers,
    "site-address": site.look_at_address,
    "mail": site.look_at_mail,
    "pauses": work.look_at_pauses,
    "outbox": work.look_at_outbox,
    "parked": work.look_at_parked,
    "backfills": work.look_at_backfills,
    "failing-backfills": work.look_at_failing_backfills,
    "announcements": work.look_at_announcements,
    "notices": work.look_at_notices,
    "sweep": work.look_at_sweep,
    "versions": content.look_at_versions,
    "outlines": content.look_at_outlines,
    "offerings": content.look_at_offerings,
}
#: Those that take seconds or read much; left out where an answer must come at once.
SLOW = frozenset({"broker", "workers", "versions", "outlines", "offerings"})


def doctor(*, quick: bool = False) -> tuple[Check, ...]:
    """Return every check, those that passed too; ``quick`` leaves out those that take seconds."""
    return tuple(_made(name, look) for name, look in LOOKS.items() if not (quick and name in SLOW))


def _made(name: str, look: Look) -> Check:
    try:
        return Check(name, *look())
    except Exception as error:  # a check that cannot be made is a finding, not a crash
        message = f"{type(error).__name__}: {error}"
        return Check(name, CheckStatus.ERROR, message, "Mend this first, then run doctor again.")
