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
from time import monotonic
from typing import TYPE_CHECKING, TextIO

import django

from bench import databases
from bench.table import Row
from soak import brokers, faults, start
from soak.cron import Cron
from soak.latency import seconds_down
from soak.observer import Observer
from soak.options import Setup
from soak.play import Play
from soak.processes import Processes
from soak.stage import Stage
from soak.workers import start_all

if TYPE_CHECKING:
    from soak.verdict import Evidence


class Run:
    """One run, from an empty database to the rows of the table."""

    def __init__(self, setup: Setup, where: str) -> None:
        self._setup = setup
        self._where = where
        self._began = monotonic()

    def tell(self, text: str) -> None:
        """Say on stderr what happens."""
        print(f"{self._where} {monotonic() - self._began:4.0f} s: {text}", file=sys.stderr, flush=True)

    def rows(self, processes: Processes, broker: brokers.Broker) -> Iterator[Row]:
        """Fill, let it run, look."""
        from soak import apps, course, verdict
        from soak.journal import read

        setup = self._setup
        apps.create_table()
        ids = course.fill(setup)
        workers = start_all(setup, processes)
        self.tell(f"{len(ids):,} learners, {len(workers)} workers of {setup.processes} processes")
        stage = Stage(broker, workers, faults.plan(setup), setup, self.tell)
        cron = Cron(processes)
        with Observer() as observer:
            play = Play(setup, processes, stage, cron, observer, self.tell)
            play.run()
        noted = list(read([start.journal_of(processes.directory, number) for number in range(setup.drivers)]))
        evidence = verdict.Evidence(setup, ids, noted, observer.seen, stage.windows_until(play.end))
        yield from self._circumstances(play, stage, cron)
        yield from verdict.rows(evidence, self._where)
        self._name_differences(evidence)

    def _circumstances(self, play: Play, stage: Stage, cron: Cron) -> Iterator[Row]:
        """Yield what the run was like."""
        where, swept, windows = self._where, cron.done(), stage.windows_until(play.end)
        yield Row("learners", where, self._setup.learners)
        yield Row("connections to the broker that each process keeps", where, self._setup.pool)
        yield Row("time driven", where, play.end - play.begin, "s")
        yield Row("of it, something was down or just back", where, seconds_down(windows, play.begin, play.end), "s")
        for death, number in sorted(Counter(stage.deaths).items()):
            yield Row(f"{death.value}: times", where, number)
        yield Row("sweeps that failed", where, cron.failed, "", 0)
        yield Row(f"judged by the {cron.started} sweeps and not by a worker", where, swept["evaluated"])
        yield Row("from the last event until nothing waited", where, play.rest, "s")

    def _name_differences(self, evidence: "Evidence") -> None:
        from soak import verdict
        from soak.learners import kind_of

        found = verdict.compare(evidence, verdict.expected(evidence))
        for name in ("missing", "undeserved", "doubled"):
            for learner, target in getattr(found, name)[:10]:
                kind = kind_of(self._setup, learner).value if learner >= 0 else "is none of ours"
                self.tell(f"{name}: {'#'.join(target)} of learner {learner}, who {kind}")


def main(setup: Setup, kind: str, out: TextIO) -> None:
    """Make what is needed, run, and take it away again."""
    address = os.environ["MICROCRED_SOAK_DATABASE"]
    where = f"{databases.label(address)}, {brokers.LABELS[kind]}"
    run = Run(setup, where)
    with ExitStack() as stack:
        stack.enter_context(databases.scratch(address, os.environ["MICROCRED_SOAK_NAME"]))
        processes = stack.enter_context(Processes(Path(os.environ["MICROCRED_SOAK_DIR"]), os.environ))
        broker = brokers.Broker(kind, processes)
        broker.start()
        for name, value in {"BROKER": broker.address, "POOL": str(setup.pool)}.items():
            os.environ[f"MICROCRED_SOAK_{name}"] = processes.environment[f"MICROCRED_SOAK_{name}"] = value
        _migrate(stack)
        broker.wait()
        run.tell("broker and database are there")
        for row in run.rows(processes, broker):
            print(json.dumps(row.to_json()), file=out, flush=True)
        processes.end_all()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        time_used = Row("processor time of all processes but the database's", where, used.ru_utime + used.ru_stime, "s")
        print(json.dumps(time_used.to_json()), file=out, flush=True)


def _migrate(stack: ExitStack) -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    stack.callback(connections.close_all)
    call_command("migrate", verbosity=0)


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
