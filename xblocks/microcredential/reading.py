"""What the block asks of the plugin; a plugin that cannot answer is an answer too, never an exception in a page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from microcred_plugin.data import MicrocredentialData, MicrocredentialState, ProgressData
from microcred_plugin.errors import NotFound
from microcred_plugin.logs import Log

log = Log(__name__)
_told: set[str] = set()

MISSING, EMPTY, BROKEN, NO_RUN = "missing", "empty", "broken", "no_run"


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to show, and why: ``missing``, ``empty``, ``broken`` or ``no_run``."""

    reason: str


def progress(api: Callable[[], Any], user_id: int | None, chosen: str, run: str) -> ProgressData | Nothing:
    """Read one learner's progress (None: of nobody); ``chosen`` empty means the first microcredential of the run."""
    if not run:
        return Nothing(NO_RUN)
    try:
        if chosen:
            found: ProgressData = api().microcredential_progress(user_id, UUID(chosen), run)
            return found
        return _first(api().course_progress(user_id, run))
    except (NotFound, ValueError):
        return Nothing(MISSING)
    except Exception as error:
        return _broken(error)


def choices(api: Callable[[], Any], run: str) -> tuple[MicrocredentialData, ...] | Nothing:
    """List what the run offers, for a course team to choose from."""
    if not run:
        return Nothing(NO_RUN)
    try:
        found: tuple[MicrocredentialData, ...] = api().list_microcredentials(run)
        return found
    except Exception as error:
        return _broken(error)


def _first(all_of: tuple[ProgressData, ...]) -> ProgressData | Nothing:
    """Prefer what can be earned over what is retired, and that over a draft."""
    order = (MicrocredentialState.PUBLISHED, MicrocredentialState.RETIRED, MicrocredentialState.DRAFT)
    return min(all_of, key=lambda one: order.index(one.state), default=Nothing(EMPTY))


def _broken(error: Exception) -> Nothing:
    """Log the first error of its kind with its trace; a block in every unit must not fill the log."""
    kind = type(error).__name__
    if kind not in _told:
        _told.add(kind)
        log.failure("block-cannot-read", error, then="this is told once for each kind of error")
    return Nothing(BROKEN)


def is_staff(api: Callable[[], Any], user_id: int, run: str) -> bool:
    """Say whether the user belongs to the run's course team; not when it cannot be found out."""
    try:
        return bool(run) and bool(api().is_course_staff(user_id, run))
    except Exception as error:
        _broken(error)
        return False
