"""What it costs to look: the block's view, and the progress that pages and the REST API show."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.test import RequestFactory
from opaque_keys.edx.keys import UsageKey

from bench.course import Course
from bench.measuring import each, p95, queries
from bench.table import Row
from microcred_plugin import api
from microcred_plugin.evidence.models import Pending
from microcred_plugin.sandbox import runtime
from microcred_plugin.sandbox.models import SandboxBlock

_TIMES = 200


def rows(database: str, course: Course, learner: User, number: int, *, budget: bool) -> Iterator[Row]:
    """Measure what a learner sees of ``number`` microcredentials, whose stored progress is fresh."""
    if Pending.objects.filter(user_id=learner.pk).exists():
        raise AssertionError("The learner still waits to be judged.")
    block = _block(course, learner)
    shown: dict[str, Callable[[], Any]] = {
        "XBlock view": partial(block.render, "student_view", {}),
        "XBlock progress JSON": partial(_progress, block),
        "api.course_progress": partial(api.course_progress, learner.pk, course.run),
    }
    for what, show in shown.items():
        yield from _costs(f"{what}, {number} microcredentials", database, show, budget=budget)


def _costs(what: str, database: str, show: Callable[[], Any], *, budget: bool) -> Iterator[Row]:
    show()
    with queries() as asked:
        show()
    times = each([show] * _TIMES)
    yield Row(f"{what}: queries", database, len(asked.tables), "", 5 if budget else None)
    yield Row(f"{what}: p95", database, p95(times) * 1e3, "ms", 30 if budget else None)


def _block(course: Course, learner: User) -> Any:
    """Make the block as a page of courseware has it: the user is known, the block's fields are read."""
    key = UsageKey.from_string(course.key("microcredential", 0))
    row, _ = SandboxBlock.objects.get_or_create(
        key=str(key),
        defaults={"course_id": _course_pk(course), "type": "microcredential", "position": 1_000_000},
    )
    row = SandboxBlock.objects.select_related("course").get(pk=row.pk)
    block = runtime.SandboxRuntime(learner, {row.key: row}).get_block(key)
    if not block.render("student_view", {}).content:
        raise AssertionError("The block shows nothing.")
    return block


def _course_pk(course: Course) -> int:
    return int(SandboxBlock.objects.values_list("course_id", flat=True).get(key=course.leaves[0]))


def _progress(block: Any) -> Any:
    answer = runtime.handle(block, "progress", RequestFactory().get("/"), "")
    if not json.loads(answer.content)["html"]:
        raise AssertionError("The handler shows nothing.")
    return answer
