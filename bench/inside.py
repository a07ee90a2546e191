"""Measures one database and prints the rows as JSON lines; ``bench/run.py`` runs it in a process of its own."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, TextIO

import django

from bench import databases
from bench.measuring import tell
from bench.sizes import Size
from bench.table import Row

if TYPE_CHECKING:
    from bench.course import Course

_FEW = 5  #: microcredentials of a usual course


def main(size: Size, out: TextIO) -> None:
    """Make the scratch database, fill it, measure every row."""
    address = os.environ["MICROCRED_BENCH_DATABASE"]
    with databases.scratch(address):
        django.setup()
        from django.db import connections

        try:
            for row in _measure(size, databases.label(address)):
                print(json.dumps(row.to_json()), file=out, flush=True)
        finally:
            connections.close_all()


def _measure(size: Size, database: str) -> Iterator[Row]:
    from bench import backfilling, evaluating, events, plans, waiting
    from bench.course import Course

    course = Course(size)
    _fill(course, database)
    steps: tuple[tuple[str, Callable[[], Iterator[Row]]], ...] = (
        ("backfill", partial(backfilling.rows, database, course)),
        ("evaluation, one microcredential", partial(_alone, database, course)),
        ("reading, a few", partial(_read, database, course, _FEW, budget=True)),
        ("reading, many", partial(_read, database, course, size.microcredentials, budget=False)),
        ("evaluation, many", partial(evaluating.without_award, database, course, size.microcredentials)),
        ("evaluation with an award", partial(evaluating.with_award, database, course, size.microcredentials)),
        ("events", partial(events.rows, database, course)),
        ("waiting for an award", partial(waiting.rows, database, course)),
        ("plans", partial(plans.rows, database, course)),
    )
    for name, step in steps:
        began = perf_counter()
        yield from step()
        tell(f"{database}: {name}, {perf_counter() - began:.1f} s")


def _alone(database: str, course: "Course") -> Iterator[Row]:
    """Judge for one microcredential, alone in its course."""
    from bench import evaluating, publishing
    from microcred_plugin import api

    api.retire("broad")
    publishing.publish(publishing.usual(course, 0), course.run)
    return evaluating.without_award(database, course, 1)


def _read(database: str, course: "Course", number: int, *, budget: bool) -> Iterator[Row]:
    """Publish until there are so many, judge a learner who has done something, and look."""
    from bench import evaluating, publishing, reading

    for nth in range(number):
        publishing.publish(publishing.usual(course, nth), course.run)
    learner = evaluating.judged(course, f"reader{number}")
    return reading.rows(database, course, learner, number, budget=budget)


def _fill(course: "Course", database: str) -> None:
    from django.core.management import call_command

    from bench.learners import write_completions, write_learners
    from microcred_plugin.sandbox import switches

    began = perf_counter()
    call_command("migrate", verbosity=0)
    switches.track_completion()
    course.write()
    ids = write_learners(course.size, course.run)
    tell(f"{database}: course and {len(ids):,} learners, {perf_counter() - began:.1f} s")
    count = write_completions(course, ids)
    tell(f"{database}: {count:,} completions, {perf_counter() - began:.1f} s")


if __name__ == "__main__":
    try:
        main(Size(**json.loads(sys.argv[1])), sys.stdout)
    except KeyboardInterrupt:
        sys.exit(130)
