"""Runs ``microcred sweep`` every few seconds, as cron would; two may run at once."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from soak.options import SWEEP_EVERY_SECONDS
from soak.processes import Process, Processes

_AT_ONCE = 2
_PATIENCE_SECONDS = 60.0
_COMMAND = [sys.executable, "-m", "django", "microcred", "sweep", "--json"]


class Cron:
    """Call ``tend`` often."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._running: list[Process] = []
        self._next = 0.0
        self.started = 0
        self.failed = 0

    def tend(self, now: float) -> None:
        """Start a sweep when it is time."""
        for process in [one for one in self._running if one.poll() is not None]:
            self._running.remove(process)
            self.failed += process.returncode != 0
        if now >= self._next and len(self._running) < _AT_ONCE:
            self._next = now + SWEEP_EVERY_SECONDS
            self._running.append(self._processes.start(f"sweep{self.started}", _COMMAND))
            self.started += 1

    def finish(self) -> None:
        """Start none any more, and wait for those that run; one that does not come to its end has failed."""
        for process in self._running:
            try:
                self.failed += process.wait(_PATIENCE_SECONDS) != 0
            except subprocess.TimeoutExpired:
                self.failed += 1
        self._running = []

    def done(self) -> Counter[str]:
        """Say what all sweeps together did."""
        total: Counter[str] = Counter()
        for number in range(self.started):
            total.update(_report(self._processes.log_of(f"sweep{number}")))
        return total


def _report(log: Path) -> dict[str, int]:
    """Read what a sweep printed; nothing of one that did not come to its end."""
    text = log.read_text("utf-8", "replace")
    start = text.rfind("\n{\n") + 1 if "\n{\n" in text else text.find("{")
    try:
        found = json.loads(text[start:]) if start >= 0 else {}
    except ValueError:
        return {}
    return {name: int(value) for name, value in found.items()}
