"""How long learners waited, apart for the times when all was alive and when something was down (pure)."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from soak.options import PROMISED_SECONDS

ALIVE = "alive"


@dataclass(frozen=True, slots=True)
class Window:
    """Something was down from a moment to another; ``what`` is ``broker`` or ``worker``."""

    what: str
    start: float
    end: float


def group_of(since: float, windows: Iterable[Window]) -> str:
    """Say in which group a wait counts that began with a commit at this time.

    By the beginning alone, and never by how long it took: else a learner who is forgotten would wait until something
    goes down, and be excused by that. Who had as long as was promised before something went down is not excused.
    """
    found = {window.what for window in windows if window.start - PROMISED_SECONDS <= since <= window.end}
    return min(found) if found else ALIVE


def grouped(waits: Iterable[tuple[float, float]], windows: Sequence[Window]) -> Mapping[str, list[float]]:
    """Sort waits, given as (commit, award seen), into their groups; each in seconds, shortest first."""
    groups: dict[str, list[float]] = {ALIVE: []}
    for since, seen in waits:
        groups.setdefault(group_of(since, windows), []).append(max(seen - since, 0.0))
    return {name: sorted(seconds) for name, seconds in groups.items()}


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return the shortest wait that so many of a hundred do not exceed (nearest rank); nothing waited is 0."""
    return ordered[max(math.ceil(len(ordered) * percent / 100), 1) - 1] if ordered else 0.0


def seconds_down(windows: Iterable[Window], begin: float, end: float) -> float:
    """Return for how many of these seconds something was down, however many things at once."""
    total, until = 0.0, begin
    for window in sorted(windows, key=lambda one: one.start):
        start, stop = max(window.start, until), min(window.end, end)
        if stop > start:
            total, until = total + stop - start, stop
    return total
