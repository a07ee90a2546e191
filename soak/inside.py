"""One run on one broker and one database; prints the rows as JSON lines. ``soak/run.py`` runs it."""

import json
import os
import resource
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep, time
from typing import Any, TextIO

import django

from bench import databases
from bench.table import Row
from soak import brokers, faults, start
from soak.cron import Cron
from soak.latency import seconds_down
from soak.observer import Observer
from soak.options import Setup
from soak.processes import Process, Processes
from soak.stage import Stage
from soak.workers import start_all

_TICK_SECONDS = 0.2
_TELL_EVERY_SECONDS = 5.0


class Run:
    """The run, step by step."""

    def __init__(self, setup: Setup, kind: str, address: str) -> None:
        self.setup = setup
        self.kind = kind
        self.where = f"{databases.label(address)}, {brokers.LABELS[kind]}"
        self._began = monotonic()

    def tell(self, text: str) -> None:
        """Say on stderr what happens."""
        print(f"{self.where} {monotonic() - self._began:4.0f} s: {text}", file=sys.stderr, flush=True)

    def rows(self, processes: Processes, broker: brokers.Broker) -> Iterator[Row]:
        """Fill, drive, let come to rest, look."""
        from soak import apps, course, verdict
        from soak.journal import read

        broker.wait()
        self.tell("the broker answers")
        apps.create_table()
        ids = course.fill(self.setup)
        workers = start_all(self.setup, processes)
        self.tell(f"{len(ids):,} learners, {len(workers)} workers of {self.setup.processes} processes")
        planned = faults.plan(self.setup)
        stage = Stage(broker, workers, planned, self.setup, self.tell)
        cron = Cron(processes)
        with Observer() as observer:
            drivers = self._drive(processes)
            begin = start.give(processes.directory)
            self._while_driving(drivers, stage, cron, observer, begin)
            end = time()
            self.tell("the learners are done")
            rest = self._until_quiet(stage, cron, observer)
        self._check(drivers)
        noted = list(read([start.journal_of(processes.directory, number) for number in range(self.setup.drivers)]))
        evidence = verdict.Evidence(self.setup, ids, noted, observer.seen, stage.windows)
        yield from self._circumstances(stage, cron, begin, end, rest)
        yield from verdict.rows(evidence, self.where)
        self._name_differences(evidence)

    def _drive(self, processes: Processes) -> list[Process]:
        setup = json.dumps({name: getattr(self.setup, name) for name in self.setup.__slots__})
        command = [sys.executable, "-m", "soak.driver", setup]
        drivers = [processes.start(f"driver{number}", [*command, str(number)]) for number in range(self.setup.drivers)]
        while not start.are_there(processes.directory, len(drivers)):
            self._check(drivers)
            sleep(_TICK_SECONDS)
        return drivers

    def _while_driving(
        self, drivers: list[Process], stage: Stage, cron: Cron, observer: Observer, begin: float
    ) -> None:
        patience = begin + 2 * self.setup.seconds + self.setup.patience
        while any(driver.poll() is None for driver in drivers):
            self._tick(stage, cron, observer, begin)
            self._check(drivers)
            if time() > patience:
                raise RuntimeError("The learners did not come to their end; the machine is too slow for so many.")

    def _check(self, drivers: list[Process]) -> None:
        failed = [str(number) for number, driver in enumerate(drivers) if driver.poll()]
        if failed:
            raise RuntimeError(f"The driving processes {', '.join(failed)} failed; see their logs.")

    def _until_quiet(self, stage: Stage, cron: Cron, observer: Observer) -> float:
        """Go on until nothing waits, no longer than is allowed; return how many seconds it took."""
        began = time()
        while time() < began + self.setup.patience:
            self._tick(stage, cron, observer, began)
            if stage.is_whole and cron.is_idle and not _waiting():
                break
        took = time() - began
        sleep(1.0)  # for the observer to look once more
        return took

    def _tick(self, stage: Stage, cron: Cron, observer: Observer, begin: float) -> None:
        now = time()
        if observer.error is not None:
            raise RuntimeError("Awards could not be observed.") from observer.error
        stage.tend(begin, now)
        cron.tend(now)
        if int(now / _TELL_EVERY_SECONDS) != int((now - _TICK_SECONDS) / _TELL_EVERY_SECONDS):
            self.tell(
                f"{now - begin:5.0f}/{self.setup.seconds} s, {len(observer.seen):,} awards, "
                f"{observer.waiting:,} waiting, {stage.state}"
            )
        sleep(_TICK_SECONDS)

    def _circumstances(self, stage: Stage, cron: Cron, begin: float, end: float, rest: float) -> Iterator[Row]:
        swept = cron.done()
        deaths = Counter(stage.deaths)
        yield Row("learners", self.where, self.setup.learners)
        yield Row("connections to the broker that each process keeps", self.where, self.setup.pool)
        yield Row("time driven", self.where, end - begin, "s")
        yield Row("of it, something was down or just back", self.where, seconds_down(stage.windows, begin, end), "s")
        for death, number in sorted(deaths.items()):
            yield Row(f"{death.value}: times", self.where, number)
        yield Row("sweeps that failed", self.where, cron.failed, "", 0)
        yield Row(f"judged by the {cron.started} sweeps and not by a worker", self.where, swept["evaluated"])
        yield Row("from the last event until nothing waited", self.where, rest, "s")

    def _name_differences(self, evidence: Any) -> None:
        from soak import verdict
        from soak.learners import kind_of

        found = verdict.compare(evidence, verdict.expected(evidence))
        for name in ("missing", "undeserved", "doubled"):
            for learner, target in getattr(found, name)[:10]:
                self.tell(f"{name}: {'#'.join(target)} of learner {learner}, who {kind_of(self.setup, learner)}")


def _waiting() -> int:
    from soak import verdict

    return int(sum(row.measured for row in verdict._stuck("")))


def main(setup: Setup, kind: str, out: TextIO) -> None:
    """Make what is needed, run, and take it away again."""
    address = os.environ["MICROCRED_SOAK_DATABASE"]
    directory = Path(os.environ["MICROCRED_SOAK_DIR"])
    run = Run(setup, kind, address)
    with ExitStack() as stack:
        stack.enter_context(databases.scratch(address, os.environ["MICROCRED_SOAK_NAME"]))
        processes = stack.enter_context(Processes(directory, os.environ))
        broker = brokers.Broker(kind, processes)
        broker.start()
        os.environ["MICROCRED_SOAK_POOL"] = processes.environment["MICROCRED_SOAK_POOL"] = str(setup.pool)
        os.environ["MICROCRED_SOAK_BROKER"] = processes.environment["MICROCRED_SOAK_BROKER"] = broker.address
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        stack.callback(connections.close_all)
        call_command("migrate", verbosity=0)
        for row in run.rows(processes, broker):
            print(json.dumps(row.to_json()), file=out, flush=True)
        processes.end_all()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(
            json.dumps(Row("processor time of all processes", run.where, used.ru_utime + used.ru_stime, "s").to_json()),
            file=out,
            flush=True,
        )


def break_off(*_: object) -> None:
    """End as Ctrl-C ends, once: what is cleaned up then must not be broken off, too."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, break_off)
    try:
        main(Setup(**json.loads(sys.argv[1])), sys.argv[2], sys.stdout)
    except KeyboardInterrupt:
        sys.exit(130)
