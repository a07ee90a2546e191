"""Broker and workers while the faults happen: who dies, who is started again, and when something was down."""

import random
from collections.abc import Callable, Sequence

from soak.brokers import Broker
from soak.faults import Death, Fault
from soak.latency import Window
from soak.options import REST_SECONDS, Setup
from soak.workers import Worker

# A killed process of a worker is replaced at once; whom it left waiting had their commit shortly before.
_REPLACED_SECONDS = 1.0
# What supervises workers (systemd, Kubernetes, Docker) starts one again that has ended by itself.
_SUPERVISED_SECONDS = 1.0


class Stage:
    """Call ``tend`` often."""

    def __init__(
        self,
        broker: Broker,
        workers: Sequence[Worker],
        faults: Sequence[Fault],
        setup: Setup,
        tell: Callable[[str], None],
    ) -> None:
        self._broker, self._workers, self._tell = broker, workers, tell
        self._faults = list(faults)
        self._chance = random.Random(setup.seed)  # noqa: S311 - nothing is kept secret with it
        self._broker_down: float | None = None  # since when
        self._starts_at: float | None = None
        self._dead: dict[int, tuple[float, float | None]] = {}  # worker → since when, when it is started
        self._windows: list[Window] = []
        self.deaths: list[Death] = []

    @property
    def is_whole(self) -> bool:
        """Whether everything is there."""
        return self._broker_down is None and not self._dead

    @property
    def state(self) -> str:
        """Say what is down."""
        down = ["broker down"] if self._broker_down is not None else []
        return ", ".join([*down, *(f"worker {number} down" for number in sorted(self._dead))]) or "all alive"

    def windows_until(self, end: float) -> list[Window]:
        """Return when something was down; what still is, is down until the end."""
        dead = [Window("worker", since, end) for since, _ in self._dead.values()]
        broker = [] if self._broker_down is None else [Window("broker", self._broker_down, end)]
        return [*self._windows, *dead, *broker]

    def tend(self, begin: float, now: float) -> None:
        """Let die what is due, start again what was down long enough, note what is back."""
        while self._faults and begin + self._faults[0].at <= now:
            self._happen(self._faults.pop(0), now)
        self._tend_workers(now)
        self._tend_broker(now)

    def _happen(self, fault: Fault, now: float) -> None:
        if fault.death.of_broker:
            done = self._lose_broker(fault, now)
        elif fault.death is Death.WORKER_KILLED:
            done = self._lose_worker(fault, now)
        else:
            done = fault.worker not in self._dead and self._workers[fault.worker].kill_one(self._chance)
            if done:
                self._windows.append(Window("worker", now, now + _REPLACED_SECONDS))
        if done:
            self.deaths.append(fault.death)
            self._tell(f"{fault.death.value}{'' if fault.death.of_broker else f' (worker {fault.worker})'}")

    def _lose_broker(self, fault: Fault, now: float) -> bool:
        if self._broker_down is not None:
            return False
        for worker in self._workers:
            worker.doubt()
        self._broker.end(hard=fault.death is Death.BROKER_KILLED)
        self._broker_down, self._starts_at = now, now + fault.down
        return True

    def _lose_worker(self, fault: Fault, now: float) -> bool:
        if fault.worker in self._dead:
            return False
        self._workers[fault.worker].kill()
        self._dead[fault.worker] = now, now + fault.down
        return True

    def _tend_workers(self, now: float) -> None:
        for number, worker in enumerate(self._workers):
            if number not in self._dead and worker.has_ended:
                self.deaths.append(Death.WORKER_ENDED)
                self._tell(f"worker {number} ended by itself")
                worker.kill()  # what it has left behind, too
                self._dead[number] = now, now + _SUPERVISED_SECONDS
        for number, (since, starts_at) in list(self._dead.items()):
            if starts_at is None:
                if self._workers[number].is_ready():
                    del self._dead[number]
                    self._windows.append(Window("worker", since, now))
            elif starts_at <= now:
                self._workers[number].start()
                self._dead[number] = since, None

    def _tend_broker(self, now: float) -> None:
        if self._broker_down is None:
            return
        if self._starts_at is not None:
            if self._starts_at <= now:
                self._broker.start()
                self._starts_at = None
        elif self._broker.answers() and self._workers_are_ready():
            self._windows.append(Window("broker", self._broker_down, now + REST_SECONDS))
            self._tell(f"the broker is back after {now - self._broker_down:.0f} s")
            self._broker_down = None

    def _workers_are_ready(self) -> bool:
        """A worker that is dead besides has a window of its own."""
        return all(worker.is_ready() for number, worker in enumerate(self._workers) if number not in self._dead)
