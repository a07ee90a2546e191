"""Celery's workers: real ones, several at once, each of which may be killed and is started again."""

import os
import random
import signal
import sys
from contextlib import suppress
from time import monotonic, sleep

from soak.options import QUEUE, Setup
from soak.processes import Process, Processes, children_of, kill

_PATIENCE_SECONDS = 120.0
# Said at the start and again after the broker was away; what follows takes a moment.
_READY = "Connected to "


class Worker:
    """One worker with several processes."""

    def __init__(self, number: int, setup: Setup, processes: Processes) -> None:
        self._processes = processes
        self._name = f"worker{number}"
        self._log = processes.log_of(self._name)
        options = ["-P", "prefork", "-c", str(setup.processes), "-Q", QUEUE, "-n", f"{self._name}@soak"]
        quiet = ["--loglevel", "INFO", "--without-mingle", "--without-gossip"]
        self._command = [
            *[sys.executable, "-m", "celery", "-A", "microcred_plugin.sandbox.celery", "worker", *options, *quiet]
        ]
        self._process: Process | None = None
        self._seen = 0

    def start(self) -> None:
        """Begin to start; see ``is_ready``."""
        self.doubt()
        self._process = self._processes.start(self._name, self._command)

    def doubt(self) -> None:
        """Believe that it is ready only when it says so from now on (its broker went away)."""
        self._seen = self._log.stat().st_size if self._log.exists() else 0

    def is_ready(self) -> bool:
        """Say whether it has said that it takes tasks."""
        with self._log.open("rb") as log:
            log.seek(self._seen)
            return _READY in log.read().decode("utf-8", "replace")

    @property
    def has_ended(self) -> bool:
        """Whether it ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def kill(self) -> None:
        """Have it die with all its processes."""
        if self._process is not None:
            kill(self._process)
            self._process = None

    def kill_one(self, chance: random.Random) -> bool:
        """Have one of its processes die, as when memory runs out; the worker replaces it. False when there is none."""
        running = children_of(self._process.pid) if self._process is not None else []
        if not running:
            return False
        with suppress(ProcessLookupError):
            os.kill(chance.choice(running), signal.SIGKILL)
        return True


def start_all(setup: Setup, processes: Processes) -> list[Worker]:
    """Start all workers and wait until each takes tasks."""
    workers = [Worker(number, setup, processes) for number in range(setup.workers)]
    for worker in workers:
        worker.start()
    end = monotonic() + _PATIENCE_SECONDS
    while not all(worker.is_ready() for worker in workers):
        if monotonic() > end or any(worker.has_ended for worker in workers):
            raise RuntimeError(f"The workers did not start; see {processes.directory}.")
        sleep(0.2)
    return workers
