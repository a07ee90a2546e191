"""What everybody should have, worked out from what was saved, by nothing but the rules (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from soak.rules import EARNS, STACK, STACKED, Target


@dataclass(frozen=True, slots=True, order=True)
class Saved:
    """A learner's leaves were committed as complete or not, at this time."""

    at: float
    learner: int
    leaves: tuple[int, ...]
    complete: bool
    held: bool = False  #: the learner was seen to hold what these leaves earn, before they were taken back


@dataclass(frozen=True, slots=True)
class Expected:
    """Whether an award must be there (True) or may be (None: the evidence was there for a moment only).

    ``since`` is the commit after which the evidence was there, None when it came more than once.
    """

    must: bool | None
    since: float | None


def expectations(saved: Iterable[Saved], *, enrolled: bool) -> dict[Target, Expected]:
    """Say what one learner must have and may have; what is not named, nobody may have given them."""
    if not enrolled:
        return {}
    history = sorted(saved)
    found = {target: one for target in EARNS if (one := _expected(target, history)) is not None}
    stacked = [found.get(target) for target in STACKED]
    if all(stacked):
        found[STACK] = _both([one for one in stacked if one])
    return found


def _expected(target: Target, history: Sequence[Saved]) -> Expected | None:
    earned, came, kept = False, [], False
    for saved, done in _states(history):
        kept = kept or (earned and saved.held)
        now = EARNS[target](done)
        if now and not earned:
            came.append(saved.at)
        earned = now
    if not came:
        return None
    return Expected(must=True if earned or kept else None, since=came[0] if len(came) == 1 else None)


def _states(history: Sequence[Saved]) -> Iterator[tuple[Saved, frozenset[int]]]:
    done: frozenset[int] = frozenset()
    for saved in history:
        done = done | set(saved.leaves) if saved.complete else done - set(saved.leaves)
        yield saved, done


def _both(parts: Sequence[Expected]) -> Expected:
    times = [part.since for part in parts if part.since is not None]
    return Expected(
        must=True if all(part.must for part in parts) else None,
        since=max(times) if len(times) == len(parts) else None,
    )


@dataclass(frozen=True, slots=True)
class Differences:
    """What is not as it should be, as (learner, target) each."""

    missing: tuple[tuple[int, Target], ...]
    undeserved: tuple[tuple[int, Target], ...]
    doubled: tuple[tuple[int, Target], ...]


def differences(
    expected: Mapping[int, Mapping[Target, Expected]], counted: Mapping[tuple[int, Target], int]
) -> Differences:
    """Compare with how often each award is there."""
    must = {(learner, target) for learner, own in expected.items() for target, one in own.items() if one.must}
    may = {(learner, target) for learner, own in expected.items() for target in own}
    there = {key for key, number in counted.items() if number}
    return Differences(
        missing=tuple(sorted(must - there)),
        undeserved=tuple(sorted(there - may)),
        doubled=tuple(sorted(key for key, number in counted.items() if number > 1)),
    )
