"""How the database finds what it is asked for: by the index that is meant for it, looking at few rows.

Each statement is asked for through the code that asks for it in production, so that it cannot become another one
unseen. MariaDB alone: it counts for a session how many rows it has read, and its optimizer is production's.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from bench.course import Course
from bench.measuring import queries, tell
from bench.table import Row


@dataclass(frozen=True, slots=True)
class Hot:
    """Something asked often: how many rows it may read, and which index must find them."""

    what: str
    ask: Callable[[], Any]
    at_most: int
    index: str = ""  #: part of its name; '' where several will do


@dataclass(frozen=True, slots=True)
class Used:
    """How a statement gets at the rows of one table."""

    table: str
    access: str
    index: str


def rows(database: str, course: Course) -> Iterator[Row]:
    """Measure every hot statement.

    The last budget is broken by one that goes through a whole table, or takes another index than the one meant for it.
    """
    if connection.vendor != "mysql":
        return
    from bench import hot

    wrong = 0
    for one in hot.statements(course):
        read, statements = _read(one.ask)
        plan = [used for sql in statements for used in _plan(sql)]
        yield Row(f"rows read: {one.what}", database, read, "", one.at_most)
        for problem in _problems(one, plan):
            wrong += 1
            tell(f"  {one.what}: {problem}")
    yield Row("statements that scan, or take another index than theirs", database, wrong, "", 0)


def _problems(one: Hot, plan: list[Used]) -> Iterator[str]:
    for used in plan:
        if used.access == "ALL" and _count(used.table) > one.at_most:  # of a small table that is the best way
            yield f"goes through all of {used.table}"
    if one.index and not any(one.index in used.index for used in plan):
        yield f"does not use {one.index}, but {', '.join(f'{used.table}.{used.index}' for used in plan) or 'nothing'}"


def _read(ask: Callable[[], Any]) -> tuple[int, list[str]]:
    """Ask, and undo what that wrote; return how many rows were read, and the statements."""
    with transaction.atomic():
        with queries() as asked:
            before = _rows_read()
            ask()
            read = _rows_read() - before
        transaction.set_rollback(True)
    return read - _cost_of_counting(), [sql for sql in asked.tables if not sql.startswith("SHOW")]


def _rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW SESSION STATUS LIKE 'Handler_read%'")
        return sum(int(value) for _, value in cursor.fetchall())


def _cost_of_counting() -> int:
    """Counting reads rows, too."""
    before = _rows_read()
    return _rows_read() - before


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - a table's name out of a plan
        return int(cursor.fetchone()[0])


def _plan(sql: str) -> list[Used]:
    """Ask for a statement's plan; one that only inserts has none."""
    if sql.lstrip().upper().startswith("INSERT"):
        return []
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN FORMAT=JSON " + sql)
        return list(_tables(json.loads(cursor.fetchone()[0])))


def _tables(node: Any) -> Iterator[Used]:
    if isinstance(node, list):
        for item in node:
            yield from _tables(item)
    elif isinstance(node, Mapping):
        name = node.get("table_name")
        if isinstance(name, str) and not name.startswith("<"):  # which is a table made for the statement
            yield Used(name, str(node.get("access_type", "")), str(node.get("key", "")))
        for item in node.values():
            yield from _tables(item)
