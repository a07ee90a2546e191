"""Brokers for tests, all real ones: one that only collects what is sent, one that cannot be reached."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty
from typing import Any, NamedTuple

from celery import Celery, _state

_UNREACHABLE = "amqp://nobody@127.0.0.1:9//"  # the port of the discard service, which nobody runs


class Message(NamedTuple):
    """A task as it was sent: its name without the package, its arguments, and whether it is to wait."""

    task: str
    args: tuple[Any, ...]
    later: bool


class Broker:
    """Celery with a broker in memory: tasks wait there until the test lets a worker take them."""

    def __init__(self, app: Celery) -> None:
        self.app = app

    def take(self) -> list[Message]:
        """Take every message that waits, in the order they were sent."""
        messages = []
        with self.app.connection_for_read() as connection, connection.SimpleQueue("celery") as queue, suppress(Empty):
            while True:
                message = queue.get(block=False)
                message.ack()
                name = message.headers["task"].removeprefix("microcred_plugin.tasks.")
                messages.append(Message(name, tuple(message.payload[0]), message.headers.get("eta") is not None))
        return messages

    def run(self, messages: list[Message]) -> list[Any]:
        """Be a worker for these messages; those that are to wait are run, too."""
        return [self.app.tasks[f"microcred_plugin.tasks.{one.task}"](*one.args) for one in messages]

    def work(self) -> int:
        """Be a worker until nothing waits; return how many tasks ran."""
        done = 0
        while messages := self.take():
            self.run(messages)
            done += len(messages)
        return done


@contextmanager
def _celery(broker_url: str) -> Iterator[Celery]:
    before, default = _state._tls.current_app, _state.default_app
    app = Celery("microcred_tests", broker=broker_url, set_as_current=False)
    app.conf.task_always_eager = False
    app.set_current()
    app.set_default()
    try:
        yield app
    finally:
        _state._set_current_app(before)
        _state.set_default_app(default)
        app.close()


@contextmanager
def collecting() -> Iterator[Broker]:
    """Have tasks collected instead of run."""
    with _celery("memory://") as app:
        broker = Broker(app)
        broker.take()
        yield broker
        broker.take()


@contextmanager
def unreachable() -> Iterator[None]:
    """Have no broker: every task that is started fails to reach it."""
    with _celery(_UNREACHABLE):
        yield
