"""The receivers: what they hear, what costs nothing, and that a fault of ours never breaks a learner's work."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from completion.models import BlockCompletion
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.timezone import now
from opaque_keys.edx.keys import UsageKey

from microcred_plugin import api, conf, handlers
from microcred_plugin.awards.models import Award
from microcred_plugin.definitions.models import Interest
from microcred_plugin.evidence import listening
from microcred_plugin.evidence.models import Backfill, Pending
from microcred_plugin.sandbox import learning
from microcred_plugin.structure.models import CourseStructure
from tests.broker import Broker
from tests.faults import without_table
from tests.world import World, waiting

Publish = Any
FOREIGN_KEYS = {
    "a course nobody offers anything in": "block-v1:Org+Unknown+Run+type@html+block@h1",
    "a block that is in no course": "block-v1:Org+Demo+Run+type@html+block@gone",
    "a coached run of another course": "ccx-block-v1:Org+Demo+Other+ccx@1+type@html+block@h1",
    "a library": "lb:Org:Library:html:h1",
    "an old library": "lib-block-v1:Org+Library+type@html+block@h1",
}


def _save(learner: User, key: str, completion: float = 1.0) -> BlockCompletion:
    usage = UsageKey.from_string(key)
    return BlockCompletion.objects.create(
        user=learner, context_key=usage.context_key, block_key=usage, block_type=usage.block_type, completion=completion
    )


@pytest.mark.parametrize("key", FOREIGN_KEYS.values(), ids=FOREIGN_KEYS)
def test_a_completion_elsewhere_marks_nobody(
    world: World, learner: User, publish: Publish, broker: Broker, key: str
) -> None:
    publish()
    _save(learner, key)
    assert waiting() == 0


def test_a_completion_that_concerns_nobody_costs_no_query(
    world: World, learner: User, publish: Publish, broker: Broker, django_assert_num_queries: Any
) -> None:
    publish()
    world.complete(learner, "html@h1")  # this process knows now what matters
    elsewhere = _save(learner, FOREIGN_KEYS["a course nobody offers anything in"])
    other_unit = _save(learner, world.key("html@h4"))
    Pending.objects.all().delete()
    with django_assert_num_queries(0):
        handlers.on_block_completion(BlockCompletion, instance=elsewhere)
        handlers.on_block_completion(BlockCompletion, instance=other_unit)
    assert waiting() == 0


def test_with_nothing_published_a_completion_is_one_query_once(
    world: World, learner: User, broker: Broker, django_assert_num_queries: Any
) -> None:
    row = _save(learner, world.key("html@h1"))
    with django_assert_num_queries(0):
        handlers.on_block_completion(BlockCompletion, instance=row)


def test_a_container_or_a_leaf_that_is_not_asked_for_awards_nothing(
    world: World, learner: User, publish: Publish
) -> None:
    """The completion API takes any key from a learner's browser."""
    publish()
    for key in ("vertical@u1", "vertical@u2", "sequential@start", "chapter@basics", "course@course", "html@H1"):
        _save(learner, world.key(key))
    assert not Award.objects.exists()
    (progress,) = api.course_progress(learner.pk, world.run)
    assert progress.fraction == 0


def _broken_outbox() -> Any:
    return without_table(Pending)


def _broken_interest() -> Any:
    listening.forget()
    return without_table(Interest)


def _broken_structure() -> Any:
    listening.forget()
    return without_table(CourseStructure)


BREAKS: list[Callable[[], Any]] = [_broken_outbox, _broken_interest, _broken_structure]


@pytest.mark.parametrize("broken", BREAKS, ids=["outbox", "interest", "structure"])
@pytest.mark.parametrize("in_request", [False, True], ids=["on its own", "in the request's transaction"])
def test_a_database_error_of_ours_leaves_the_learners_completion_alone(
    world: World,
    learner: User,
    publish: Publish,
    broker: Broker,
    broken: Callable[[], Any],
    in_request: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    publish()
    with broken(), caplog.at_level(logging.CRITICAL):
        if in_request:
            with transaction.atomic():
                world.complete(learner, "html@h1")
                world.complete(learner, "html@h2")
        else:
            world.complete(learner, "html@h1")
            world.complete(learner, "html@h2")
    assert learning.completed(learner.pk, world.run) == {world.key("html@h1"), world.key("html@h2")}
    assert waiting() == 0
    world.complete(learner, "html@h3")  # the next event brings everything: the state is read again
    api.sweep()
    assert Award.objects.count() == 1


def test_a_database_error_of_ours_is_logged_with_its_remedy(
    world: World, learner: User, publish: Publish, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    publish()
    with _broken_outbox():
        world.complete(learner, "html@h1")
    (record,) = [one for one in caplog.records if one.name == "microcred_plugin.handlers"]
    assert "reconcile" in record.getMessage()
    assert learner.email not in caplog.text


@pytest.mark.parametrize(
    "event", [handlers.on_grade_change, handlers.on_certificate_change, handlers.on_enrolment_change]
)
def test_other_receivers_never_raise_either(
    world: World, learner: User, publish: Publish, broker: Broker, event: Callable[..., None]
) -> None:
    publish()
    with _broken_outbox(), transaction.atomic():
        event(user_id=learner.pk, course_key=world.run)
        learning.Enrolment.objects.filter(user=learner).update(mode="honor")
    assert learning.Enrolment.objects.get(user=learner).mode == "honor"
    event(user_id=learner.pk, course_key=world.run)
    assert waiting() == 1
    event(user_id=learner.pk, course_key="course-v1:Org+Unknown+Run")
    event(user_id=None, course_key=None)  # type: ignore[arg-type]
    assert waiting() == 1


def test_a_course_event_with_no_broker_and_no_course_raises_nothing(world: World) -> None:
    handlers.on_course_published(course_key="course-v1:Org+Unknown+Run")
    handlers.on_course_published(course_key=None)


def test_a_transaction_that_is_lost_is_not_taken_for_saved(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    """Where the database gave the whole transaction up, keeping silent would lose the completion without a word.

    MySQL rolls back everything on a deadlock, the savepoint around our statement too. Here the savepoint is gone as it
    is then, and our statement fails.
    """
    publish()
    world.complete(learner, "html@h1")
    Pending.objects.all().delete()
    if not connection.features.uses_savepoints:
        pytest.skip("This database has no savepoints to lose.")

    def lose(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if Pending._meta.db_table in sql:
            raise IntegrityError("Deadlock found when trying to get lock; try restarting transaction")
        if sql.startswith("ROLLBACK TO SAVEPOINT"):
            raise IntegrityError("SAVEPOINT does not exist")
        return execute(sql, params, many, context)

    with pytest.raises(DatabaseError), connection.execute_wrapper(lose), transaction.atomic():
        world.complete(learner, "html@h2")
    assert learning.completed(learner.pk, world.run) == {world.key("html@h1")}


def test_half_a_completion_and_taking_it_back_are_heard_and_award_nothing(
    world: World, learner: User, publish: Publish
) -> None:
    publish()
    world.complete(learner, "vertical@u1", "html@h2")
    world.complete(learner, "html@h3", completion=0.5)
    world.complete(learner, "html@h3", completion=0.99)
    assert not Award.objects.exists()
    world.complete(learner, "html@h2", completion=0.0)
    world.complete(learner, "html@h3")
    assert not Award.objects.exists()
    (progress,) = api.course_progress(learner.pk, world.run)
    assert str(progress.fraction) == "0.7500"
    world.complete(learner, "html@h2")
    assert Award.objects.count() == 1


def test_a_course_reset_is_heard_as_the_deletion_of_rows(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    world.complete(learner, "vertical@u1")
    broker.work()
    BlockCompletion.objects.clear_learning_context_completion(
        learner, UsageKey.from_string(world.key("html@h1")).course_key
    )
    assert waiting() == 1
    broker.work()
    (progress,) = api.course_progress(learner.pk, world.run)
    assert progress.fraction == 0


def test_doubled_and_reordered_events_change_nothing(
    world: World, learner: User, publish: Publish, announced: list[Any]
) -> None:
    publish()
    world.complete(learner, "vertical@u2")
    rows = list(BlockCompletion.objects.all())
    world.complete(learner, "vertical@u1")
    for row in [*reversed(rows), *rows, *rows]:  # old instances, sent again in another order
        handlers.on_block_completion(BlockCompletion, instance=row)
    assert Award.objects.count() == 1
    assert [kind for kind, _ in announced] == ["awarded"]
    assert waiting() == 0


@pytest.fixture
def twins(world: World) -> World:
    """A course with two units whose ids differ in case only."""
    return World("course-v1:Org+Twins+Run", {"only": {"one": {"unit_A": ["h_A"], "unit_a": ["h_a"]}}})


def test_blocks_that_differ_in_case_are_two_blocks(twins: World) -> None:
    learner = twins.learner("grace")
    twins.publish(units=["vertical@unit_A"])
    twins.complete(learner, "html@h_a")
    assert not Award.objects.exists()
    BlockCompletion.objects.all().delete()  # some databases hold the two keys equal and would keep the first
    twins.complete(learner, "html@h_A")
    assert Award.objects.count() == 1


def test_what_is_listened_to_may_be_stale_and_is_caught_by_the_late_backfill(
    world: World, learner: User, broker: Broker
) -> None:
    """Another process published; this one still believes that nobody listens."""
    world.complete(learner, "html@h1")
    stale = dict(vars(listening._listening))
    published_at = now()
    world.publish()
    vars(listening._listening).update(stale)
    broker.run([one for one in broker.take() if not one.later])
    world.complete(learner, "html@h2", "html@h3")
    assert waiting() == 0  # missed
    late = Backfill.objects.get(finished_at=None)
    assert late.due_at > published_at + timedelta(seconds=conf.settings.MICROCRED_INTEREST_TTL_SECONDS)
    assert api.sweep().backfills == 0  # not yet
    Backfill.objects.filter(pk=late.pk).update(due_at=now())
    assert api.sweep().backfills == 1
    assert Award.objects.count() == 1


def test_what_is_listened_to_is_read_again_when_its_time_is_over(
    world: World, learner: User, publish: Publish, broker: Broker, settings: Any, django_assert_num_queries: Any
) -> None:
    publish()
    row = _save(learner, world.key("html@h4"))
    with django_assert_num_queries(0):
        handlers.on_block_completion(BlockCompletion, instance=row)
    world.publish("further", units=["vertical@u3"])
    settings.MICROCRED_INTEREST_TTL_SECONDS = 0
    listening.forget()
    Pending.objects.all().delete()
    handlers.on_block_completion(BlockCompletion, instance=row)
    assert waiting() == 1
    api.retire("further")
    Pending.objects.all().delete()
    handlers.on_block_completion(BlockCompletion, instance=row)
    assert waiting() == 0
