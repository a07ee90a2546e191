"""Which databases there are to measure, and the scratch database on each: made before, dropped after."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from microcred_plugin.sandbox.database import server

NAME = os.environ.get("MICROCRED_BENCH_NAME", "microcred_bench")
_LOCAL = ("mysql://root@127.0.0.1:3306", "postgres://postgres@127.0.0.1:5432")
_DRIVERS = {"mysql": "MySQLdb", "postgres": "psycopg"}
_LABELS = {"sqlite": "SQLite", "mysql": "MariaDB", "postgres": "PostgreSQL"}


def scheme(address: str) -> str:
    """Say what kind of database it is: ``sqlite``, ``mysql``, ``postgres``."""
    return address if address == "sqlite" else urlsplit(address).scheme.replace("postgresql", "postgres")


def label(address: str) -> str:
    """Name the database in the table."""
    return _LABELS.get(scheme(address), address)


def listens(host: str, port: int) -> bool:
    """Say whether something answers there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def reachable() -> Iterator[tuple[str, str]]:
    """Yield the address of each database to measure, with why it cannot be; '' when it can."""
    yield "sqlite", ""
    for address in _LOCAL:
        yield address, why_not(address)


def why_not(address: str) -> str:
    """Say why a database cannot be measured; '' when it can."""
    if address == "sqlite":
        return ""
    parts = urlsplit(address)
    driver = _DRIVERS.get(scheme(address))
    if driver is None:
        return f"no database address: {address}"
    if not listens(parts.hostname or "127.0.0.1", parts.port or {"mysql": 3306}.get(parts.scheme, 5432)):
        return f"nothing listens on {parts.hostname}:{parts.port}"
    return "" if find_spec(driver) else f"{driver} is not installed"


@contextmanager
def scratch(address: str, name: str = NAME) -> Iterator[None]:
    """Make the scratch database, and drop it whatever happens; SQLite's is a file in the caller's folder."""
    if address == "sqlite":
        yield
        return
    _execute(address, f"DROP DATABASE IF EXISTS {name}", _create(address, name))
    try:
        yield
    finally:
        print(f"Dropping {name} on {label(address)}", file=sys.stderr)
        _execute(
            address, f"DROP DATABASE IF EXISTS {name}" + (" WITH (FORCE)" if scheme(address) == "postgres" else "")
        )


def _create(address: str, name: str) -> str:
    collation = " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci" if scheme(address) == "mysql" else ""
    return f"CREATE DATABASE {name}{collation}"


def _execute(address: str, *statements: str) -> None:
    described = server(address, NAME)
    connection = _connect_mysql(described) if scheme(address) == "mysql" else _connect_postgres(described)
    try:
        for statement in statements:
            connection.cursor().execute(statement)
    finally:
        connection.close()


def _connect_mysql(described: dict[str, Any]) -> Any:
    import MySQLdb

    return MySQLdb.connect(
        host=described["HOST"],
        port=int(described["PORT"] or 3306),
        user=described["USER"],
        password=described["PASSWORD"],
    )


def _connect_postgres(described: dict[str, Any]) -> Any:
    import psycopg

    return psycopg.connect(
        host=described["HOST"],
        port=int(described["PORT"] or 5432),
        user=described["USER"],
        password=described["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    )
