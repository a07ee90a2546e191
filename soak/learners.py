"""What each learner will do, and when: made of the seed alone, so that every process makes the same (pure)."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from soak.options import Setup
from soak.rules import BEGIN, CHOICE, EITHER, HALF, LEAVES, NEEDED


class Kind(StrEnum):
    """How somebody learns."""

    FINISHES = "finishes"
    TWO_DEVICES = "finishes on two devices at once"
    PARTLY = "does some of it"
    TAKES_BACK = "loses completions after the award"
    WAVERS = "loses completions before the award, and makes up for them"
    FLEETING = "has it for a moment only"
    STRANGER = "is not enrolled"


_SHARES = {
    Kind.FINISHES: 25,
    Kind.TWO_DEVICES: 8,
    Kind.PARTLY: 50,
    Kind.TAKES_BACK: 6,
    Kind.WAVERS: 4,
    Kind.FLEETING: 2,
    Kind.STRANGER: 5,
}
_LAST_START = 0.85  # of the time: who starts later would not come to their end


class Do(StrEnum):
    """One thing a learner does."""

    COMPLETE = "complete"
    UNDO = "undo"
    UNDO_WHEN_HELD = "undo when held"
    LOOK = "look"


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """At a moment (seconds after the beginning), in one of the driving processes, with these leaves."""

    at: float
    driver: int
    learner: int
    do: Do
    leaves: tuple[int, ...]
    together: bool  #: in one transaction, as a batch from a page or a phone
    echo_after: float | None  #: the same events arrive a second time, so many seconds later


def kind_of(setup: Setup, learner: int) -> Kind:
    """Say how the nth learner learns."""
    return _chance(setup, learner, "kind").choices(list(_SHARES), list(_SHARES.values()))[0]


def steps(setup: Setup) -> list[Step]:
    """Return everything that everybody does, in the order of time."""
    return sorted(step for learner in range(setup.learners) for step in _steps(setup, learner))


def _chance(setup: Setup, learner: int, what: str) -> random.Random:
    return random.Random(f"{setup.seed}/{learner}/{what}")  # noqa: S311 - nothing is kept secret with it


def _steps(setup: Setup, learner: int) -> Iterator[Step]:
    chance = _chance(setup, learner, "steps")
    kind = kind_of(setup, learner)
    driver = learner % setup.drivers
    at = chance.uniform(0, setup.seconds * _LAST_START)
    for do, leaves in _deeds(kind, chance):
        at = min(at + chance.uniform(0.2, 3.0), float(setup.seconds))
        if kind is Kind.TWO_DEVICES:
            driver = (driver + 1) % setup.drivers
            at -= chance.uniform(0, 2.0) if at > 2 else 0  # the devices overtake each other
        echo = chance.uniform(0, 20) if chance.random() < 0.15 else None
        yield Step(at, driver, learner, do, leaves, chance.random() < 0.9, echo)
        if chance.random() < 0.05:
            yield Step(at + chance.uniform(0, 3), driver, learner, Do.LOOK, (), False, None)


def _deeds(kind: Kind, chance: random.Random) -> Iterator[tuple[Do, tuple[int, ...]]]:
    leaves = _some(range(LEAVES), chance) if kind is Kind.PARTLY else _enough(chance)
    if kind is Kind.TWO_DEVICES:
        yield from ((Do.COMPLETE, part) for part in (leaves[::2], leaves[1::2]))
        return
    if kind is Kind.WAVERS:
        lost = chance.choice(sorted(BEGIN))
        yield Do.COMPLETE, (lost,)
        yield Do.UNDO, (lost,)
    for part in _parts(leaves, chance):
        yield Do.COMPLETE, part
    if kind is Kind.TAKES_BACK:
        yield Do.UNDO_WHEN_HELD, tuple(chance.sample(sorted(BEGIN), 2))
    if kind is Kind.FLEETING:
        yield Do.UNDO, leaves


def _enough(chance: random.Random) -> tuple[int, ...]:
    """Choose leaves that earn everything, and now and then one that nobody asks for."""
    chosen = {*BEGIN, *chance.sample(sorted(CHOICE), 2), *chance.sample(sorted(HALF), 2), chance.choice(sorted(EITHER))}
    if chance.random() < 0.3:
        chosen.add(chance.choice(sorted(set(range(LEAVES)) - NEEDED)))
    return _some(sorted(chosen), chance, least=len(chosen))


def _some(leaves: "range | list[int]", chance: random.Random, *, least: int = 1) -> tuple[int, ...]:
    return tuple(chance.sample(list(leaves), chance.randint(least, len(leaves))))


def _parts(leaves: tuple[int, ...], chance: random.Random) -> Iterator[tuple[int, ...]]:
    """Cut into one to three sittings, most often one."""
    cuts = sorted(chance.sample(range(1, len(leaves)), min(chance.choice([0, 0, 0, 1, 2]), len(leaves) - 1)))
    for start, end in zip([0, *cuts], [*cuts, len(leaves)], strict=True):
        yield leaves[start:end]
