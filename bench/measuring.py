"""Counts queries, and times calls."""

import gc
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

_TRANSACTION = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@dataclass(slots=True)
class Queries:
    """What was asked of the database: statements on tables, and those that only mark transactions."""

    tables: list[str] = field(default_factory=list)
    transactions: list[str] = field(default_factory=list)

    def add(self, other: "Queries") -> None:
        """Count another block's statements, too."""
        self.tables += other.tables
        self.transactions += other.transactions


@contextmanager
def queries() -> Iterator[Queries]:
    """Collect the statements of the block."""
    found = Queries()
    with CaptureQueriesContext(connection) as captured:
        yield found
    for query in captured.captured_queries:
        sql = query["sql"]
        (found.transactions if is_transactional(sql) else found.tables).append(sql)


def is_transactional(sql: str) -> bool:
    """Say whether a statement touches no table: it begins, ends or marks a transaction."""
    return sql.lstrip().upper().startswith(_TRANSACTION)


def seconds(call: Callable[[], Any]) -> float:
    """Time one call."""
    began = perf_counter()
    call()
    return perf_counter() - began


def each(calls: Sequence[Callable[[], Any]]) -> list[float]:
    """Time each call, without pauses of the garbage collector that belong to none of them."""
    gc.collect()
    gc.disable()
    try:
        return [seconds(call) for call in calls]
    finally:
        gc.enable()


def middle(times: Sequence[float]) -> float:
    """Return the median."""
    return median(times)


def p95(times: Sequence[float]) -> float:
    """Return the time that 95 of 100 calls stay below."""
    return quantiles(times, n=20)[-1]


def peak_megabytes() -> float:
    """Return the most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)


def tell(text: str) -> None:
    """Say on stderr what is being done."""
    print(text, file=sys.stderr, flush=True)
