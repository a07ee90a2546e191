"""Whatever a load test starts has ended when it ends, with all that it has started, and nothing else has."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

from soak.journal import Journal, Noted, read
from soak.oracle import Saved
from soak.processes import Processes, children_of, kill

# A process that starts another, says who it is, and does not care for SIGTERM.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
time.sleep(60)
"""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def gone(pid: int) -> bool:
    end = monotonic() + 10
    while alive(pid) and monotonic() < end:
        sleep(0.05)
    return not alive(pid)


def child(log: Path) -> int:
    end = monotonic() + 20
    while not log.read_text().strip() and monotonic() < end:
        sleep(0.05)
    return int(log.read_text())


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("soak.processes._GRACE_SECONDS", 0.5)


def test_the_stubborn_and_their_children_end_with_the_block_and_bystanders_live(tmp_path, impatient):
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        with suppress(KeyboardInterrupt), Processes(tmp_path, os.environ) as processes:
            stubborn = processes.start("stubborn", [sys.executable, "-c", STUBBORN])
            inner = child(processes.log_of("stubborn"))
            assert alive(inner)
            raise KeyboardInterrupt
        assert stubborn.returncode == -signal.SIGKILL
        assert gone(inner)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_killed_worker_takes_its_processes_along(tmp_path):
    with Processes(tmp_path, os.environ) as processes:
        parent = processes.start("parent", [sys.executable, "-c", STUBBORN])
        inner = child(processes.log_of("parent"))
        if Path("/proc/self/task").exists():
            assert children_of(parent.pid) == [inner]
        kill(parent)
        assert gone(inner)


def test_children_of_nobody_are_none():
    assert children_of(2**22 + 1) == []


def test_what_was_noted_is_read_again_and_an_unfinished_line_is_left_out(tmp_path):
    noted = [Noted(Saved(1.5, 3, (1, 2), True), 0.01, 0.2), Noted(Saved(2.5, 3, (1,), False, held=True), 0.02, 0.0)]
    with Journal(tmp_path / "one.jsonl") as journal:
        for one in noted:
            journal.saved(one)
    with (tmp_path / "one.jsonl").open("a") as broken_off:
        broken_off.write('{"at": 3.0, "lear')
    assert list(read([tmp_path / "one.jsonl"])) == noted
