"""The outbox: bursts become one row, nothing that arrives meanwhile is lost, and no poison row blocks the others."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.timezone import now

from microcred_plugin import api, dispatch
from microcred_plugin.awards.models import Award
from microcred_plugin.evidence import outbox
from microcred_plugin.evidence.models import Pending
from microcred_plugin.flows.evaluate import evaluate
from microcred_plugin.progress.models import Progress
from tests import broker as brokers
from tests.broker import Broker
from tests.faults import Stumbling, once
from tests.world import World, completion, milestone, waiting

Publish = Any
GRADE = {"subsection_grade": {"block": "sequential@exam", "minimum": "0.70"}}
MANY = {"only": {"one": {"big": [f"h{number}" for number in range(50)]}}}


@pytest.fixture
def big(world: World) -> World:
    """A course with one unit of fifty leaves."""
    return World("course-v1:Org+Big+Run", MANY)


def _row() -> Pending:
    return Pending.objects.get()


def test_fifty_completions_in_one_transaction_are_one_row_one_task_one_evaluation(big: World) -> None:
    learner = big.learner("grace")
    big.publish(units=["vertical@big"])
    with brokers.collecting() as broker:
        with transaction.atomic():
            big.complete(learner, "vertical@big")
            assert broker.take() == []  # nobody is woken before the commit
        assert waiting() == 1
        messages = broker.take()
        assert [message.task for message in messages] == ["evaluate"]
        assert broker.run(messages) == [None]
    assert waiting() == 0
    assert Award.objects.count() == 1


def test_a_burst_of_fifty_requests_is_one_row_and_only_the_newest_wake_up_judges(
    big: World, django_assert_max_num_queries: Any
) -> None:
    learner = big.learner("grace")
    big.publish(units=["vertical@big"])
    with brokers.collecting() as broker:
        for leaf in big.leaves("vertical@big"):
            with transaction.atomic():
                big.complete(learner, leaf.partition("+type@")[2].replace("+block@", "@"))
        assert waiting() == 1
        *stale, newest = broker.take()
        assert len(stale) == 49
        with django_assert_max_num_queries(49):  # each looks at the row once and goes
            broker.run(stale)
        assert not Progress.objects.exists()
        broker.run([newest])
    assert waiting() == 0
    assert Award.objects.count() == 1


def test_a_relevant_completion_costs_the_request_one_upsert(
    world: World, learner: User, publish: Publish, django_assert_num_queries: Any
) -> None:
    publish()
    with brokers.collecting():
        world.complete(learner, "html@h1")
        Pending.objects.all().delete()
        with transaction.atomic(), django_assert_num_queries(3):  # a savepoint around the upsert
            outbox.mark(learner.pk, world.run)
        with transaction.atomic():
            outbox.mark(learner.pk, world.run)
            with django_assert_num_queries(0):
                outbox.mark(learner.pk, world.run)


def test_an_event_that_arrives_while_the_learner_is_judged_is_judged_too(
    world: World, learner: User, publish: Publish, broker: Broker, stumbling: type[Stumbling]
) -> None:
    """Completions were read already when the learner completes the rest: grades are asked for after them."""
    publish(milestones=[milestone("m", [completion("vertical@u1"), completion("vertical@u2"), GRADE])])
    world.score(learner, "problem@p2", 10)
    world.complete(learner, "vertical@u1")
    first = broker.take()[-1]
    stumbling.when("subsection_grades", once(lambda: world.complete(learner, "vertical@u2")))
    assert evaluate(*first.args) is True
    assert waiting() == 0
    assert Award.objects.count() == 1
    broker.work()  # the wake-up of the second event finds nothing to do
    assert Award.objects.count() == 1


def test_compare_and_delete_leaves_a_row_that_changed_and_does_not_wait_for_it(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    world.complete(learner, "html@h1")
    (claim,) = outbox.due(10)
    held = outbox.claim(*claim)
    assert held is not None
    world.complete(learner, "html@h2")  # not blocked, though somebody holds the row
    assert outbox.finish(held) is False
    renewed = outbox.renew(held)
    assert renewed is not None
    assert renewed.change != held.change
    assert outbox.finish(renewed) is True
    assert waiting() == 0
    assert outbox.renew(renewed) is None


def test_only_one_worker_gets_the_lease_and_an_old_wake_up_gets_nothing(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    world.complete(learner, "html@h1")
    (claim,) = outbox.due(10)
    assert outbox.claim(learner.pk, world.run, claim.change + 1) is None
    assert outbox.claim(*claim) is not None
    assert outbox.claim(*claim) is None
    assert outbox.due(10) == []


def test_the_lease_of_a_worker_that_died_runs_out(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    (claim,) = outbox.due(10)
    outbox.claim(*claim)
    assert api.sweep().evaluated == 0
    Pending.objects.update(lease_until=now() - timedelta(seconds=1))
    assert api.sweep().evaluated == 1
    assert Award.objects.count() == 1


def test_a_lease_from_before_the_clock_was_set_back_does_not_hold(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    Pending.objects.update(lease_until=now() + timedelta(days=300), not_before=now() + timedelta(days=300))
    assert api.sweep().evaluated == 1
    assert Award.objects.count() == 1


def test_a_worker_that_looked_at_the_clock_a_moment_before_does_not_take_what_was_just_taken(
    world: World, learner: User, publish: Publish, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    (claim,) = outbox.due(10)
    assert outbox.claim(*claim) == claim
    earlier = now() - timedelta(milliseconds=50)
    monkeypatch.setattr(outbox, "now", lambda: earlier)
    assert outbox.claim(*claim) is None


def test_an_award_from_before_the_clock_was_set_back_is_announced(
    world: World, learner: User, publish: Publish, broker: Broker, announced: list[Any]
) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    broker.run([one for one in broker.take() if one.task == "evaluate"])
    Award.objects.update(to_announce_since=now() + timedelta(days=300))
    api.sweep()
    assert [kind for kind, _ in announced] == ["awarded"]


def test_a_page_view_wakes_a_worker_for_a_learner_whose_worker_died(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    broker.take()  # the wake-ups are lost with the broker
    Pending.objects.update(lease_until=now() - timedelta(seconds=1))
    (shown,) = api.course_progress(learner.pk, world.run)
    assert shown.earned  # judged afresh for the page
    assert not Award.objects.exists()  # reading wrote nothing
    broker.work()
    assert Award.objects.count() == 1
    assert waiting() == 0


def test_a_page_view_leaves_a_row_alone_that_somebody_holds_or_that_rests(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    world.complete(learner, "vertical@u1")
    broker.take()
    for held in ({"lease_until": now() + timedelta(seconds=60)}, {"not_before": now() + timedelta(seconds=60)}):
        Pending.objects.update(**{"lease_until": None, "not_before": None, **held})
        api.course_progress(learner.pk, world.run)
        assert broker.take() == []


def test_a_broker_that_is_down_costs_the_learner_nothing_and_loses_nothing(
    world: World, publish: Publish, announced: list[Any]
) -> None:
    publish()
    learners = [world.learner(f"learner{number}") for number in range(3)]
    with brokers.unreachable():
        for learner in learners:
            world.complete(learner, "vertical@u1", "vertical@u2")
    assert waiting() == 3
    assert not Award.objects.exists()
    api.sweep()
    assert waiting() == 0
    assert Award.objects.count() == 3
    assert [kind for kind, _ in announced] == ["awarded"] * 3


def test_a_broker_that_refuses_does_not_keep_the_learner_waiting(world: World, learner: User, publish: Publish) -> None:
    """Celery alone would try for six seconds, in the learner's request."""
    publish()
    with brokers.unreachable():
        begun = time.monotonic()
        world.complete(learner, "html@h1")
        assert time.monotonic() - begun < 2
    assert waiting() == 1


def test_after_a_failure_the_broker_is_left_alone_for_a_while(world: World, learner: User, publish: Publish) -> None:
    publish()
    with brokers.unreachable():
        world.complete(learner, "html@h1")
    with brokers.collecting() as broker:
        world.complete(learner, "html@h2")
        assert broker.take() == []
        dispatch.forget()  # the while is over
        world.complete(learner, "html@h3")
        assert len(broker.take()) == 1


def test_a_rolled_back_transaction_leaves_no_row_and_wakes_nobody(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    broker.take()
    with transaction.atomic():
        world.complete(learner, "vertical@u1")
        transaction.set_rollback(True)
    assert waiting() == 0
    assert broker.take() == []


def test_a_rolled_back_savepoint_does_not_swallow_the_next_event_of_the_transaction(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    broker.take()
    with transaction.atomic():
        with transaction.atomic():
            world.complete(learner, "html@h1")
            transaction.set_rollback(True)
        world.complete(learner, "html@h1")
        world.complete(learner, "vertical@u2")
    assert waiting() == 1
    assert [message.task for message in broker.take()] == ["evaluate"]


def test_contexts_are_judged_apart(world: World, learner: User, publish: Publish, broker: Broker) -> None:
    other = World("course-v1:Org+Other+Run")
    other.publish("other", milestones=[milestone("m", [completion("vertical@u1")])])
    publish()
    from microcred_plugin.sandbox import learning

    learning.enrol(learner, other.run)
    broker.work()
    world.complete(learner, "html@h1")
    other.complete(learner, "html@h1")
    assert set(Pending.objects.values_list("context", flat=True)) == {world.run, other.run}
