"""The run itself: learners work while things die, then all comes to rest."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from time import sleep, time

from soak import start
from soak.cron import Cron
from soak.observer import Observer
from soak.options import Setup
from soak.processes import Process, Processes
from soak.stage import Stage

_TICK_SECONDS = 0.2
_TELL_EVERY_SECONDS = 5.0


class Play:
    """What happens at the same time: learners, faults, sweeps, and somebody who looks."""

    def __init__(
        self,
        setup: Setup,
        processes: Processes,
        stage: Stage,
        cron: Cron,
        observer: Observer,
        tell: Callable[[str], None],
    ) -> None:
        self._setup, self._processes = setup, processes
        self._stage, self._cron, self._observer, self._tell = stage, cron, observer, tell
        self._told = 0.0
        self.begin = self.end = 0.0  #: of the learners' work
        self.rest = 0.0  #: how many seconds it took after that until nothing waited

    def run(self) -> None:
        """Do all of it; RuntimeError when a process that must not end has ended, or when all takes too long."""
        drivers = self._start_drivers()
        self.begin = start.give(self._processes.directory)
        patience = self.begin + 2 * self._setup.seconds + self._setup.patience
        while any(driver.poll() is None for driver in drivers):
            self._tick()
            self._check(drivers)
            if time() > patience:
                raise RuntimeError("The learners did not come to their end; the machine is too slow for so many.")
        self._check(drivers)
        self.end = time()
        self._tell("the learners are done")
        self._come_to_rest()

    def _start_drivers(self) -> list[Process]:
        command = [sys.executable, "-m", "soak.driver", json.dumps(asdict(self._setup))]
        drivers = [
            self._processes.start(f"driver{number}", [*command, str(number)]) for number in range(self._setup.drivers)
        ]
        while not start.are_there(self._processes.directory, len(drivers)):
            self._check(drivers)
            sleep(_TICK_SECONDS)
        return drivers

    def _check(self, drivers: list[Process]) -> None:
        failed = [str(number) for number, driver in enumerate(drivers) if driver.poll()]
        if failed:
            raise RuntimeError(f"The driving processes {', '.join(failed)} failed; see their logs.")

    def _come_to_rest(self) -> None:
        """Go on until nothing waits, no longer than is allowed."""
        from soak import verdict

        while time() < self.end + self._setup.patience:
            self._tick()
            if self._stage.is_whole and not any(row.measured for row in verdict.stuck("")):
                break
        self.rest = time() - self.end
        self._cron.finish()
        sleep(1.0)  # for the observer to look once more

    def _tick(self) -> None:
        now = time()
        if self._observer.error is not None:
            raise RuntimeError("Awards could not be observed.") from self._observer.error
        self._stage.tend(self.begin, now)
        self._cron.tend(now)
        if now >= self._told + _TELL_EVERY_SECONDS:
            self._told = now
            done = f"{now - self.begin:4.0f} of {self._setup.seconds} s"
            seen = f"{len(self._observer.seen):,} awards, {self._observer.waiting:,} waiting"
            self._tell(f"{done}, {seen}, {self._stage.state}")
        sleep(_TICK_SECONDS)
