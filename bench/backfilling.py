"""Backfill: its time against the database's own count of the same rows, its memory, and that it resumes."""

import tracemalloc
from collections.abc import Iterator
from functools import partial
from time import perf_counter

from completion.models import BlockCompletion
from django.db import connection

from bench.course import Course
from bench.measuring import peak_megabytes, seconds, tell
from bench.publishing import broad, broad_leaves, publish
from bench.table import Row
from microcred_plugin import api
from microcred_plugin.awards.models import Award, AwardEvent, Notice
from microcred_plugin.evidence.models import Backfill
from microcred_plugin.progress.models import Progress

_SLUG = "broad"
#: Learners walked with the memory traced: this many against four times as many.
_FEW = 1_000
#: From so many rows on, reading them is what takes the time.
_MANY = 1_000_000


class Interrupted(Exception):
    """The walk is broken off."""


def rows(database: str, course: Course) -> Iterator[Row]:
    """Measure; leaves the learners judged for one microcredential over everything they have done."""
    publish(broad(course), course.run)
    bare = _bare_seconds(course)
    tell(f"  bare GROUP BY: {bare:.2f} s")
    began = perf_counter()
    (report,) = api.backfill(_SLUG)
    took = perf_counter() - began
    found = (report.learners, Progress.objects.count(), Award.objects.count())
    yield Row("backfill: time / bare GROUP BY over the same rows", database, took / bare, "×", _budget(course))
    yield Row("· bare GROUP BY", database, bare, "s")
    yield Row(f"· backfill of {report.learners:,} learners, {report.awards:,} awards", database, took, "s")
    again = seconds(partial(api.backfill, _SLUG))
    yield Row("· the same again, nothing changed", database, again, "s")
    yield from _memory_and_resuming(database, course, found)
    yield Row("· most memory of the process so far", database, peak_megabytes(), "MB")


def _budget(course: Course) -> float | None:
    """Where all rows are in memory the count takes next to nothing, and what is left is the cost of writing."""
    return 3 if course.size.rows >= _MANY else None


def _bare_seconds(course: Course) -> float:
    """Return the best of several, but do not repeat for minutes what takes minutes."""
    times = [seconds(partial(_bare_count, course))]
    while len(times) < 3 and times[0] < 10:
        times.append(seconds(partial(_bare_count, course)))
    return min(times)


def _bare_count(course: Course) -> int:
    leaves = broad_leaves(course)
    table = BlockCompletion._meta.db_table
    places = ", ".join(["%s"] * len(leaves))
    statement = (
        f"SELECT user_id, COUNT(*) FROM {table} "  # noqa: S608 - our own names
        f"WHERE course_key = %s AND block_key IN ({places}) AND completion = 1.0 GROUP BY user_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [course.run, *leaves])
        return len(cursor.fetchall())


def _memory_and_resuming(database: str, course: Course, expected: tuple[int, int, int]) -> Iterator[Row]:
    """Break a backfill off, look at the memory until there, and go on: the outcome must be as without."""
    _forget_everything()
    few = min(_FEW, course.size.learners // 5)
    peaks: dict[int, int] = {}

    def watch(done: int, _total: int) -> None:
        for limit in (few, 4 * few):
            if done >= limit and limit not in peaks:
                peaks[limit] = tracemalloc.get_traced_memory()[1]
        if len(peaks) == 2:
            raise Interrupted

    tracemalloc.start()
    try:
        api.backfill(_SLUG, on_progress=watch)
    except Interrupted:
        pass
    finally:
        tracemalloc.stop()
    if len(peaks) < 2:
        raise AssertionError("The backfill was not broken off: there were too few learners.")
    what = f"backfill: memory for {4 * few:,} learners / for {few:,}"
    yield Row(what, database, peaks[4 * few] / peaks[few], "×", 1.3)
    (report,) = api.backfill(_SLUG)
    found = (report.learners, Progress.objects.count(), Award.objects.count())
    differs = sum(one != other for one, other in zip(found, expected, strict=True))
    yield Row("backfill: what differs after breaking off and resuming", database, differs, "", 0)


def _forget_everything() -> None:
    """Undo the backfill; history is written once through the models, so it goes by the table."""
    with connection.cursor() as cursor:
        for model in (AwardEvent, Notice, Award, Progress, Backfill):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608 - our own names
