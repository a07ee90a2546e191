"""Looks for somebody who takes our tasks; broker and workers are asked for a few seconds at most."""

from collections.abc import Callable
from threading import Thread
from typing import Any

from celery import current_app

from microcred_plugin import dispatch
from microcred_plugin.flows.checkup.found import Found, bad, well

_CONNECT_SECONDS = 2
_ANSWER_SECONDS = 2.0
_PATIENCE_SECONDS = 6.0  #: for everything: some transports wait longer than they are told to
_EAGER = "Tasks run at once, in the process that starts them (eager)."
_BROKER = (
    "Start the broker, or mend its address (CELERY_BROKER_…). Until then rows wait, and microcred sweep takes them."
)
_WORKER = "Start a worker of the LMS that takes this queue, or mend MICROCRED_TASK_QUEUE."


def look_at_broker() -> Found:
    """The broker must take a connection."""
    if current_app.conf.task_always_eager:
        return well(_EAGER)
    error = _bounded(_connect)[1]
    return well("The broker answers.") if error is None else bad(f"The broker does not answer: {error}.", _BROKER)


def look_at_workers() -> Found:
    """Some worker must take our queue."""
    if current_app.conf.task_always_eager:
        return well(_EAGER)
    queue = dispatch.queue() or str(current_app.conf.task_default_queue)
    answers, error = _bounded(_ask)
    if error is not None:
        return bad(f"No worker could be asked: {error}.", _BROKER)
    taken = {one["name"] for queues in (answers or {}).values() for one in queues}
    if queue not in taken:
        others = f"workers take {', '.join(sorted(taken))}" if taken else "no worker answers"
        return bad(f"Nobody takes the queue {queue}: {others}.", _WORKER)
    return well(f"{len(answers)} workers answer, and {queue} is taken.")


def _connect() -> None:
    with current_app.connection_for_write(connect_timeout=_CONNECT_SECONDS) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)


def _ask() -> Any:
    _connect()  # fails at once where asking would try again and again
    return current_app.control.inspect(timeout=_ANSWER_SECONDS).active_queues()


def _bounded(ask: Callable[[], Any]) -> tuple[Any, str | None]:
    """Return the answer, or what went wrong; never later than the time we have patience for."""
    answers: list[Any] = []
    errors: list[str] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception as error:  # told to the operator
            errors.append(f"{type(error).__name__}: {error}")

    thread = Thread(target=run, daemon=True, name="microcred-doctor")
    thread.start()
    thread.join(_PATIENCE_SECONDS)
    if answers:
        return answers[0], None
    return None, errors[0] if errors else f"nothing within {_PATIENCE_SECONDS:.0f} seconds"
