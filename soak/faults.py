"""What dies, and when: made of the seed (pure)."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from soak.options import Setup

_BROKER_EVERY_SECONDS = 75
_WORKER_EVERY_SECONDS = 20
# Nothing dies at the very beginning, nor so late that it would happen after the last learner.
_FIRST, _LAST = 0.12, 0.9


class Death(StrEnum):
    """Who dies, and how."""

    BROKER_KILLED = "broker killed"
    BROKER_STOPPED = "broker stopped"
    WORKER_KILLED = "worker killed"
    PROCESS_KILLED = "process of a worker killed"
    #: Not planned: Celery gives up now and then when its broker goes; what supervises it starts it again.
    WORKER_ENDED = "worker ended by itself"

    @property
    def of_broker(self) -> bool:
        """Whether it is the broker that is gone."""
        return self in (Death.BROKER_KILLED, Death.BROKER_STOPPED)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """At a moment (seconds after the beginning) something dies and is started again after ``down`` seconds."""

    at: float
    death: Death
    down: float
    worker: int


def plan(setup: Setup) -> list[Fault]:
    """Return all faults in the order of time: at least one of the broker and one of each kind of a worker's."""
    chance = random.Random(f"{setup.seed}/faults")  # noqa: S311 - nothing is kept secret with it
    return sorted([*_broker(setup, chance), *_workers(setup, chance)])


def _broker(setup: Setup, chance: random.Random) -> Iterator[Fault]:
    hard = chance.random() < 0.5
    for at in _moments(setup, chance, _BROKER_EVERY_SECONDS, least=1):
        death = Death.BROKER_KILLED if hard else Death.BROKER_STOPPED
        yield Fault(at, death, chance.uniform(1, 5), 0)
        hard = not hard


def _workers(setup: Setup, chance: random.Random) -> Iterator[Fault]:
    whole = chance.random() < 0.5
    for at in _moments(setup, chance, _WORKER_EVERY_SECONDS, least=2):
        death = Death.WORKER_KILLED if whole else Death.PROCESS_KILLED
        yield Fault(at, death, chance.uniform(0.5, 3), chance.randrange(setup.workers))
        whole = not whole


def _moments(setup: Setup, chance: random.Random, every: float, *, least: int) -> Iterator[float]:
    """Yield one moment in each of equal parts of the time."""
    first, last = setup.seconds * _FIRST, setup.seconds * _LAST
    number = max(round((last - first) / every), least)
    for part in range(number):
        yield first + (part + chance.random()) * (last - first) / number
