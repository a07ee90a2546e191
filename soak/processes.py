"""Starts processes and ends exactly those: each has a session of its own, and is ended with all it has started."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType

ROOT = Path(__file__).parents[1]
_GRACE_SECONDS = 8.0

Process = subprocess.Popen[bytes]


class Processes:
    """All processes of a run; leaving the block ends every one that still runs."""

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        self.directory = directory
        self.environment = dict(environment)
        self._started: list[Process] = []

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end_all()

    def log_of(self, name: str) -> Path:
        """Where a process of this name writes."""
        return self.directory / f"{name}.log"

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None) -> Process:
        """Start one; what it writes is added to its log."""
        with self.log_of(name).open("ab") as out:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**self.environment, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def end_all(self) -> None:
        """Ask all to end, the last first; kill those that do not."""
        running = [process for process in reversed(self._started) if process.poll() is None]
        for process in running:
            send(process, signal.SIGTERM)
        end = monotonic() + _GRACE_SECONDS
        while monotonic() < end and any(process.poll() is None for process in running):
            sleep(0.05)
        for process in reversed(self._started):  # also what the ended ones have left behind
            send(process, signal.SIGKILL)
            process.wait()


def send(process: Process, what: signal.Signals) -> None:
    """Send a signal to a process and all that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, what)


def kill(process: Process) -> None:
    """Have a process and all that it has started die at once."""
    send(process, signal.SIGKILL)
    process.wait()


def children_of(pid: int) -> list[int]:
    """Name the processes that a process has started, by id (Linux; none elsewhere)."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    except OSError:
        return []
