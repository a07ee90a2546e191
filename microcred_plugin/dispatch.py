"""The one way to start a task: after the commit, and without ever failing the one who asks.

A task is only a wake-up: what is to be done stands in the database, where ``microcred sweep`` finds it. So a broker
that is down costs a learner nothing but a short wait, and after a failure nobody tries it again for a while. The first
task that reaches it again is followed by one that does what waits: the wake-ups that were never sent.
"""

import time
from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

from celery import Task, current_app
from django.db import transaction

from microcred_plugin.conf import in_studio, settings
from microcred_plugin.logs import Log

log = Log(__name__)

_REST_AFTER_FAILURE_SECONDS = 15.0
_rest_until = 0.0
_some_were_lost = False


def start(task: str, *args: Any, countdown: float = 0) -> None:
    """Start ``microcred_plugin.tasks.<task>`` now; a broker that cannot be reached is logged, not raised."""
    global _some_were_lost
    if time.monotonic() >= _rest_until and _reaches(task, args, countdown) and _some_were_lost:
        _some_were_lost = False
        _reaches("catch_up", (), 0)


def _reaches(task: str, args: tuple[Any, ...], countdown: float) -> bool:
    """Send a task; if the broker cannot be reached, let it rest and remember that something was not sent."""
    global _rest_until, _some_were_lost
    options: dict[str, Any] = {"queue": name} if (name := queue()) else {}
    if countdown:
        options["countdown"] = countdown
    try:
        found = current_app.tasks[f"microcred_plugin.tasks.{task}"]
        _send(found, args, options)
    except Exception as error:  # the caller is a learner's request, which must not fail for this
        _rest_until, _some_were_lost = time.monotonic() + _REST_AFTER_FAILURE_SECONDS, True
        log.failure("task-not-started", error, task=task, then="it is done after the next that is, or by a sweep")
        return False
    return True


def queue() -> str:
    """Name the queue of our tasks; empty: the default queue of this process.

    Studio's default queue is served by Studio's workers, who know no learners. The platform names the queues of both
    alike but for the service, ``edx.cms.core.default`` and ``edx.lms.core.default``.
    """
    if settings.MICROCRED_TASK_QUEUE or not in_studio():
        return str(settings.MICROCRED_TASK_QUEUE)
    own = str(current_app.conf.task_default_queue)
    parts = ["lms" if part == "cms" else part for part in own.split(".")]
    return "" if ".".join(parts) == own else ".".join(parts)


def _send(task: "Task[..., Any]", args: tuple[Any, ...], options: dict[str, Any]) -> None:
    if current_app.conf.task_always_eager:
        task.apply_async(args=args, **options)
        return
    with current_app.producer_or_acquire() as producer:
        # Celery by itself tries for six seconds to reach a broker that is down, also with ``retry=False``.
        producer.connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        task.apply_async(args=args, producer=producer, retry=False, **options)


def after_commit(task: str, *args: Any, countdown: float = 0) -> None:
    """Start the task once the current transaction is committed."""
    transaction.on_commit(partial(start, task, *args, countdown=countdown), robust=True)


@dataclass(frozen=True, slots=True)
class OncePerTransaction:
    """A callback for ``on_commit`` that can be recognised there by its ``mark``."""

    mark: Hashable
    task: str
    args: tuple[Any, ...]

    def __call__(self) -> None:
        """Start the task."""
        start(self.task, *self.args)


def is_registered(mark: Hashable) -> bool:
    """Say whether the current transaction will start a task with this mark.

    Django forgets the callbacks of a savepoint that is rolled back, and with them this answer, so whoever relies on it
    relies on work that will be committed together with theirs.
    """
    waiting = transaction.get_connection().run_on_commit
    return any(isinstance(entry[1], OncePerTransaction) and entry[1].mark == mark for entry in waiting)


def after_commit_once(mark: Hashable, task: str, *args: Any) -> None:
    """Start the task after the commit and remember ``mark`` until then."""
    transaction.on_commit(OncePerTransaction(mark, task, args), robust=True)


def forget() -> None:
    """Forget that the broker could not be reached (tests)."""
    global _rest_until, _some_were_lost
    _rest_until, _some_were_lost = 0.0, False
