"""The learners, and what they have completed, written as fast as each database takes it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from completion.models import BlockCompletion
from django.contrib.auth.models import User
from django.db import connection, transaction

from bench.course import Course
from bench.sizes import SKIPPED_ONE_IN, Size
from microcred_plugin.sandbox.models import Enrolment

_BEGINNING = datetime(2024, 1, 1, tzinfo=UTC)
_WEEKS = 10
_AT_ONCE = 20_000
_COLUMNS = ("created", "modified", "user_id", "course_key", "block_key", "block_type", "completion")


def write_learners(size: Size, run: str) -> list[int]:
    """Make the learners and enrol them; return their ids."""
    users = [User(username=f"learner{number}") for number in range(size.learners)]
    User.objects.bulk_create(users, batch_size=500)
    ids = list(User.objects.filter(username__startswith="learner").order_by("pk").values_list("pk", flat=True))
    Enrolment.objects.bulk_create((Enrolment(user_id=pk, course_key=run) for pk in ids), batch_size=500)
    return ids


def one_more(name: str, run: str) -> User:
    """Make a learner who has done nothing."""
    user = User.objects.create(username=name, email=f"{name}@example.org", password="!")  # noqa: S106 - nobody logs in
    Enrolment.objects.create(user=user, course_key=run)
    return user


def completed_by(number: int, size: Size) -> Iterator[int]:
    """Yield the numbers of the leaves that the nth learner has completed.

    Learners go through the course in its order, are anywhere in its first part, and skip a leaf now and then.
    """
    far = (number * 7919) % (size.reach + 1)
    return (leaf for leaf in range(far) if (leaf * 31 + number * 17) % SKIPPED_ONE_IN)


def write_completions(course: Course, ids: list[int]) -> int:
    """Store the completions in the order of time: week by week, all learners side by side. Return how many."""
    count = 0
    for batch in _batched(_completions(course, ids)):
        _insert(batch)
        count += len(batch)
    with connection.cursor() as cursor:
        table = BlockCompletion._meta.db_table
        cursor.execute(f"ANALYZE TABLE {table}" if connection.vendor == "mysql" else f"ANALYZE {table}")
    return count


def _completions(course: Course, ids: list[int]) -> Iterator[tuple[Any, ...]]:
    kinds = [key.partition("+type@")[2].partition("+")[0] for key in course.leaves]
    done = [list(completed_by(number, course.size)) for number in range(len(ids))]
    for week in range(_WEEKS):
        for number, user_id in enumerate(ids):
            mine = done[number]
            for leaf in mine[len(mine) * week // _WEEKS : len(mine) * (week + 1) // _WEEKS]:
                at = _BEGINNING + timedelta(weeks=week, seconds=number, milliseconds=leaf)
                yield at, at, user_id, course.run, course.leaves[leaf], kinds[leaf], 1.0


def _batched(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while batch := list(islice(rows, _AT_ONCE)):
        yield batch


def _insert(rows: list[tuple[Any, ...]]) -> None:
    table, columns = BlockCompletion._meta.db_table, ", ".join(_COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        adapted = [(*(connection.ops.adapt_datetimefield_value(at) for at in row[:2]), *row[2:]) for row in rows]
        places = ", ".join(["%s"] * len(_COLUMNS))
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", adapted)  # noqa: S608 - our own names
