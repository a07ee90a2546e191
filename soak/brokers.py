"""A broker of our own on free ports, in a folder of its own, which may therefore be killed."""

import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from time import monotonic, sleep
from typing import NamedTuple

from kombu import Connection
from kombu.exceptions import OperationalError

from soak.processes import Process, Processes, kill, send

LABELS = {"redis": "Redis", "rabbitmq": "RabbitMQ"}
#: Debian's ``rabbitmq-server`` on the path runs as the user ``rabbitmq`` only; the one behind it as anybody.
_RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_PATIENCE_SECONDS = 120.0
_GRACE_SECONDS = 10.0


class _Recipe(NamedTuple):
    """How to start a broker."""

    address: str
    command: Sequence[str]
    environment: Mapping[str, str]


def why_not(kind: str) -> str:
    """Say why a broker cannot be started here; '' when it can."""
    if kind not in LABELS:
        return f"no broker: {kind}; there are {', '.join(LABELS)}"
    if kind == "redis":
        if find_spec("redis") is None:
            return "the package redis is not installed"
        return "" if which("redis-server") else "redis-server is not installed"
    return "" if _rabbitmq() and which("epmd") else "rabbitmq-server is not installed"


def _rabbitmq() -> str | None:
    return str(_RABBITMQ) if _RABBITMQ.exists() else which("rabbitmq-server")


def free_ports(number: int) -> list[int]:
    """Find ports on which nobody listens."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Broker:
    """One broker: it can be started, stopped, killed and asked whether it answers."""

    def __init__(self, kind: str, processes: Processes) -> None:
        self._processes = processes
        home = processes.directory / kind
        home.mkdir()
        self._recipe = _redis(home) if kind == "redis" else _rabbit(home, processes)
        self._process: Process | None = None

    @property
    def address(self) -> str:
        """Where Celery finds it."""
        return self._recipe.address

    def start(self) -> None:
        """Begin to start; see ``answers``."""
        self._process = self._processes.start("broker", self._recipe.command, self._recipe.environment)

    def end(self, *, hard: bool) -> None:
        """Kill it, or stop it as an operator does."""
        if self._process is None:
            return
        if not hard:
            send(self._process, signal.SIGTERM)
            end = monotonic() + _GRACE_SECONDS
            while self._process.poll() is None and monotonic() < end:
                sleep(0.05)
        kill(self._process)

    def answers(self) -> bool:
        """Say whether it takes messages; RuntimeError when it has ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            raise RuntimeError(f"The broker ended by itself; see {self._processes.log_of('broker')}.")
        connection = Connection(self.address, connect_timeout=1)
        try:
            _ = connection.default_channel  # goes there and back
        except (OperationalError, OSError):
            return False
        finally:
            connection.release()
        return True

    def wait(self) -> None:
        """Wait until it answers; RuntimeError when it does not."""
        end = monotonic() + _PATIENCE_SECONDS
        while not self.answers():
            if monotonic() > end:
                raise RuntimeError(f"The broker did not start; see {self._processes.log_of('broker')}.")
            sleep(0.2)


def _redis(home: Path) -> _Recipe:
    (port,) = free_ports(1)
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(home), "--save", "", "--appendonly", "no"]
    return _Recipe(f"redis://127.0.0.1:{port}/0", ["redis-server", *options], {})


def _rabbit(home: Path, processes: Processes) -> _Recipe:
    """Prepare a node with its own name, cookie and port mapper: one that others use must not learn of it."""
    port, distribution, mapper = free_ports(3)
    environment = {
        "HOME": str(home),  # the cookie
        "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"microcred-soak-{os.getpid()}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "RABBITMQ_CONF_ENV_FILE": str(home / "none"),
        "RABBITMQ_CONFIG_FILE": str(home / "none"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "none"),
        # One core's worth of threads: it stands beside workers and a database on the same machine.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1",
    }
    processes.start("epmd", ["epmd", "-address", "127.0.0.1", "-port", str(mapper)])
    command = _rabbitmq()
    if command is None:
        sys.exit("rabbitmq-server is not installed")
    return _Recipe(f"amqp://guest:guest@127.0.0.1:{port}//", [command], environment)
