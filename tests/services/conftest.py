"""Tests that need a database server on which several connections really work at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections


@pytest.fixture(autouse=True)
def server(transactional_db: None) -> None:
    """Skip on SQLite, which lets one connection write at a time and keeps the tests' database in memory."""
    if connection.vendor == "sqlite":
        pytest.skip(
            "Needs a real MariaDB, MySQL or PostgreSQL: set MICROCRED_TEST_DB (settings/test.py) to its address."
        )


class Together:
    """Runs functions at once, each in a thread with a database connection of its own."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def start(self, function: Callable[[], Any]) -> "Future[Any]":
        """Begin one."""
        return self._pool.submit(self._run, function)

    def run(self, *functions: Callable[[], Any]) -> list[Any]:
        """Run all of these at once and return what each returned; an error of any is raised here."""
        return [future.result(timeout=60) for future in [self.start(function) for function in functions]]

    @staticmethod
    def _run(function: Callable[[], Any]) -> Any:
        try:
            return function()
        finally:
            connections.close_all()


@pytest.fixture
def together(server: None) -> Iterator[Together]:
    """Run functions at once."""
    with ThreadPoolExecutor(16) as pool:
        yield Together(pool)
