"""What hearing a completion costs the learner who is waiting for an answer."""

from collections.abc import Iterator, Sequence
from functools import partial
from uuid import uuid4

from completion.models import BlockCompletion
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models.signals import post_save
from opaque_keys.edx.keys import UsageKey

from bench.course import RUN, SILENT_RUN, Course
from bench.learners import one_more
from bench.measuring import Queries, each, middle, queries
from bench.table import Row
from microcred_plugin import handlers
from microcred_plugin.sandbox import learning

_CALLS = 2_000
_SAVES = 200
_RECEIVER = "microcred_plugin.block_completion_saved"


def rows(database: str, course: Course) -> Iterator[Row]:
    """Measure completions that concern nobody, then one that concerns somebody."""
    learner = one_more("listener", course.run)
    cost = 0.0
    for what, run in (("of another course", SILENT_RUN), ("of a leaf nobody asks for", RUN)):
        instances = [_instance(learner, key) for key in _other_leaves(run)]
        _hear(instances[0])  # reads what is listened to, which is then known for a while
        with queries() as asked:
            times = each([partial(_hear, instance) for instance in instances])
        cost = max(cost, middle(times))
        yield Row(f"completion {what}: queries", database, _all(asked), "", 0)
        yield Row(f"completion {what}: receiver, median", database, middle(times) * 1e6, "µs", 20)
    saving = _save_without_us(learner)
    yield Row("· saving a BlockCompletion without us, median", database, saving * 1e3, "ms")
    yield Row("the dearest of these / saving a BlockCompletion", database, 100 * cost / saving, "%", 2)
    asked = _relevant(learner, course)
    yield Row("completion that concerns somebody: queries", database, len(asked.tables), "", 2)
    yield Row("· savepoint statements beside them", database, len(asked.transactions), "")


def _other_leaves(run: str) -> Sequence[str]:
    prefix = run.replace("course-v1", "block-v1", 1)
    return [f"{prefix}+type@html+block@{uuid4().hex}" for _ in range(_CALLS)]


def _instance(user: User, key: str) -> BlockCompletion:
    usage = UsageKey.from_string(key)
    return BlockCompletion(user=user, context_key=usage.context_key, block_key=usage, block_type="html", completion=1.0)


def _hear(instance: BlockCompletion) -> None:
    handlers.on_block_completion(BlockCompletion, instance, created=True)


def _all(asked: Queries) -> int:
    return len(asked.tables) + len(asked.transactions)


def _save_without_us(user: User) -> float:
    """Time completions in a course in which nothing can be earned, as a request makes them."""

    def save(key: str) -> None:
        with transaction.atomic():
            learning.complete(user, [key])

    receiver = handlers.on_block_completion
    if not post_save.disconnect(receiver, sender=BlockCompletion, dispatch_uid=_RECEIVER):
        raise AssertionError("The receiver was not connected: what would be compared with what?")
    try:
        return middle(each([partial(save, key) for key in _other_leaves(SILENT_RUN)[:_SAVES]]))
    finally:
        post_save.connect(receiver, sender=BlockCompletion, dispatch_uid=_RECEIVER)


def _relevant(user: User, course: Course) -> Queries:
    """Count what we add to a request in which several leaves that matter are completed."""
    first, second = (_instance(user, key) for key in course.leaves[:2])
    with queries() as asked, transaction.atomic():
        _hear(first)
        _hear(second)  # of the same learner in the same request: noted already
        if not connection.in_atomic_block:
            raise AssertionError("Nothing was measured as in a request.")
    asked.transactions = [sql for sql in asked.transactions if "SAVEPOINT" in sql.upper()]
    return asked
