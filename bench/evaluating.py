"""How many queries it takes to judge a learner, whatever there is to judge."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial

from django.contrib.auth.models import User

from bench.course import Course
from bench.learners import one_more
from bench.measuring import Queries, each, middle, queries
from bench.publishing import publish, quick
from bench.table import Row
from microcred_plugin.awards.models import Award
from microcred_plugin.evidence import outbox
from microcred_plugin.evidence.models import Pending
from microcred_plugin.flows.announce import announce
from microcred_plugin.flows.evaluate import evaluate
from microcred_plugin.flows.notify import notify
from microcred_plugin.sandbox import learning

_TIMES = 20
_BEFORE = 40  #: leaves that a learner has completed before


def without_award(database: str, course: Course, number: int) -> Iterator[Row]:
    """Judge a learner for the first time, then again after one more leaf; ``number`` microcredentials listen."""
    learner = one_more(f"judged{number}", course.run)
    _study(learner, course, course.leaves[:_BEFORE])
    _judge(one_more(f"warmer{number}", course.run), course)  # definitions and outline are read once in a process
    for what in ("a new learner", "one who is known"):
        asked = _judge(learner, course)
        yield Row(f"evaluation of {what}, {number} microcredentials: queries", database, len(asked.tables), "", 8)
        _study(learner, course, course.leaves[_BEFORE : _BEFORE + 1])
    yield Row("· transaction statements beside them", database, len(asked.transactions), "")
    times = each([partial(_judge, learner, course)] * _TIMES)
    yield Row(f"· evaluation, {number} microcredentials, median", database, middle(times) * 1e3, "ms")


def with_award(database: str, course: Course, number: int) -> Iterator[Row]:
    """Judge a learner who thereby earns one microcredential, and tell the platform of it."""
    document = quick(course, 0)
    publish(document, course.run)
    learner = one_more("earner", course.run)
    _judge(learner, course)
    _study(learner, course, course.leaves[-4:])
    asked = _judge(learner, course)
    award = Award.objects.get(user_id=learner.pk, milestone_key="")
    with queries() as announcing:
        announce(award.pk)
    asked.add(announcing)
    yield Row(f"evaluation with one award, {number} microcredentials: queries", database, len(asked.tables), "", 20)
    yield Row("· transaction statements beside them", database, len(asked.transactions), "")
    with queries() as telling:
        notify(award.pk)
    yield Row("· telling the learner and the tracking log of it: queries", database, len(telling.tables), "", 12)


def judged(course: Course, name: str) -> User:
    """Make a learner who has done something and was judged."""
    learner = one_more(name, course.run)
    _study(learner, course, course.leaves[:_BEFORE])
    _judge(learner, course)
    return learner


def _study(learner: User, course: Course, leaves: Sequence[str]) -> None:
    """Complete leaves, and answer the problems among them, without anybody being judged yet."""
    learning.complete(learner, leaves)
    for key in leaves:
        if "+type@problem+" in key:
            learning.score(learner, course.run, key, Decimal(0), Decimal(1))


def _judge(learner: User, course: Course) -> Queries:
    """Judge a learner as a task does, of whom something is noted in the outbox; return what that asked."""
    outbox.mark(learner.pk, course.run)
    change = Pending.objects.values_list("change", flat=True).get(user_id=learner.pk, context=course.run)
    with queries() as asked:
        done = evaluate(learner.pk, course.run, change)
    if not done or Pending.objects.filter(user_id=learner.pk).exists():
        raise AssertionError("The learner was not judged.")
    return asked
