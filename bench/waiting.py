"""How long a learner waits for an award: a real worker, a real broker, and a learner in a process of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep

from bench.course import Course
from bench.databases import listens
from bench.measuring import tell
from bench.publishing import publish, quick
from bench.table import Row

_ROOT = Path(__file__).parents[1]
_BROKER = "redis://127.0.0.1:6379/9"
_WHAT = "award visible after the commit, one worker, longest of 5"
_TIMES = 5
_PATIENCE_SECONDS = 60.0


def rows(database: str, course: Course) -> Iterator[Row]:
    """Measure, or say why not."""
    reason = _why_not()
    if reason:
        yield Row(_WHAT, database, skipped=reason)
        return
    for number in range(_TIMES):
        publish(quick(course, number + 1), course.run)
    environment = {**os.environ, "MICROCRED_BENCH_BROKER": _BROKER, "MICROCRED_BENCH_QUEUE": f"bench-{os.getpid()}"}
    with _worker(environment):
        found = subprocess.run(
            [sys.executable, "-m", "bench.learner", str(_TIMES), json.dumps(_leaves(course))],
            cwd=_ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
            timeout=_PATIENCE_SECONDS * (_TIMES + 1),
        )
    yield Row(_WHAT, database, max(json.loads(found.stdout)), "s", 5)


def _leaves(course: Course) -> list[list[str]]:
    """Name the leaves that earn each of the quick microcredentials."""
    end = len(course.leaves)
    return [list(course.leaves[end - 4 * (number + 2) : end - 4 * (number + 1)]) for number in range(_TIMES)]


def _why_not() -> str:
    if not listens("127.0.0.1", 6379):
        return "no Redis on 127.0.0.1:6379"
    return "" if find_spec("redis") else "the package redis is not installed"


@contextmanager
def _worker(environment: Mapping[str, str]) -> Iterator[None]:
    """Run one worker with one process, and empty its queue when it is done."""
    queue = environment["MICROCRED_BENCH_QUEUE"]
    log = Path(environment["MICROCRED_BENCH_DIR"]) / "worker.log"
    celery = [sys.executable, "-m", "celery", "-A", "microcred_plugin.sandbox.celery"]
    command = [*celery, "worker", "-P", "solo", "-Q", queue, "--loglevel", "INFO", "--without-mingle"]
    with log.open("wb") as out:
        # In a session of its own: Ctrl-C is for us, and we end the worker.
        worker = subprocess.Popen(command, cwd=_ROOT, env=environment, stdout=out, stderr=out, start_new_session=True)
        try:
            _until_ready(worker, log)
            yield
        except BaseException:
            tell(log.read_text("utf-8", "replace")[-2000:])
            raise
        finally:
            worker.terminate()
            worker.wait(timeout=30)
            subprocess.run([*celery, "purge", "-f", "-Q", queue], cwd=_ROOT, env=environment, capture_output=True)


def _until_ready(worker: "subprocess.Popen[bytes]", log: Path) -> None:
    end = monotonic() + _PATIENCE_SECONDS
    while " ready." not in log.read_text("utf-8", "replace"):
        if worker.poll() is not None or monotonic() > end:
            raise RuntimeError("The worker did not start.")
        sleep(0.1)
