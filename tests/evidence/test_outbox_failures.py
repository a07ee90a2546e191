"""The outbox when judging fails: rests, parking, second chances."""

from typing import Any

from django.contrib.auth.models import User
from django.utils.timezone import now

from microcred_plugin import api
from microcred_plugin.awards.models import Award
from microcred_plugin.evidence import outbox
from microcred_plugin.evidence.models import Pending
from tests.broker import Broker
from tests.faults import Stumbling, once
from tests.world import World, completion, milestone, waiting

Publish = Any
GRADE = {"subsection_grade": {"block": "sequential@exam", "minimum": "0.70"}}
MANY = {"only": {"one": {"big": [f"h{number}" for number in range(50)]}}}


def _row() -> Pending:
    return Pending.objects.get()


def test_a_failure_rests_longer_each_time_and_then_parks_the_row(
    world: World, learner: User, publish: Publish, broker: Broker, stumbling: type[Stumbling], settings: Any
) -> None:
    settings.MICROCRED_MAX_ATTEMPTS, settings.MICROCRED_BACKOFF_SECONDS = 4, 10
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    stumbling.fail("enrolments")
    rests = []
    for _ in range(4):
        assert api.sweep().evaluated == 1
        row = _row()
        assert row.lease_until is None
        assert "ConnectionError" in row.last_error
        if row.not_before is not None:
            rests.append(round((row.not_before - now()).total_seconds(), -1))
            assert api.sweep().evaluated == 0  # it rests
            Pending.objects.update(not_before=now())
    assert rests == [10, 20, 40]
    assert (_row().attempts, _row().not_before) == (4, None)
    report = api.sweep()
    assert (report.evaluated, report.parked) == (0, 1)
    parked = next(check for check in api.doctor() if check.name == "parked")
    assert not parked.ok
    assert "sweep --unpark" in parked.remedy


def test_a_retry_is_sent_with_the_rest_as_countdown(
    world: World, learner: User, publish: Publish, broker: Broker, stumbling: type[Stumbling]
) -> None:
    publish()
    broker.take()
    world.complete(learner, "vertical@u1", "vertical@u2")
    stumbling.fail("enrolments")
    broker.run(broker.take())
    (retry,) = broker.take()
    assert (retry.task, retry.later) == ("evaluate", True)
    stumbling.recover()
    Pending.objects.update(not_before=now())  # the rest is over
    broker.run([retry])
    assert Award.objects.count() == 1


def test_an_event_during_an_evaluation_that_then_fails_is_woken_for_too(
    world: World, learner: User, publish: Publish, broker: Broker, stumbling: type[Stumbling], settings: Any
) -> None:
    """The retry carries the change that the row holds now; the one that was claimed would find nothing to do."""
    publish(milestones=[milestone("m", [completion("vertical@u1"), completion("vertical@u2"), GRADE])])
    world.score(learner, "problem@p2", 10)
    broker.work()
    world.complete(learner, "vertical@u1")
    settings.MICROCRED_BACKOFF_SECONDS = 0
    stumbling.when("subsection_grades", once(lambda: world.complete(learner, "vertical@u2")))
    stumbling.fail("enrolments", after=1)
    first, *_ = broker.take()
    broker.run([first])
    assert waiting() == 1
    stumbling.recover()
    retry = broker.take()[-1]
    assert retry.args[2] != first.args[2]
    broker.run([retry])
    assert waiting() == 0
    assert Award.objects.count() == 1


def test_an_event_during_the_last_attempt_is_not_parked_with_it(
    world: World, learner: User, publish: Publish, broker: Broker, settings: Any
) -> None:
    settings.MICROCRED_MAX_ATTEMPTS = 1
    publish()
    world.complete(learner, "vertical@u1")
    held = outbox.claim(*outbox.due(1)[0])
    assert held is not None
    world.complete(learner, "vertical@u2")
    retry = outbox.fail(held, ConnectionError("The platform does not answer."))
    row = _row()
    assert (row.parked_at, row.not_before, row.lease_until, row.attempts) == (None, None, None, 1)
    assert retry == (held._replace(change=row.change), 0)
    again = outbox.claim(*retry.claim)
    assert again is not None
    assert outbox.fail(again, ConnectionError("Still not.")) is None
    assert _row().parked_at is not None


def test_a_failure_of_a_row_that_another_worker_finished_is_forgotten(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    world.complete(learner, "html@h1")
    held = outbox.claim(*outbox.due(1)[0])
    assert held is not None
    assert outbox.finish(held)
    assert outbox.fail(held, ConnectionError()) is None
    assert waiting() == 0


def test_a_new_event_gives_a_parked_row_another_chance(
    world: World, learner: User, publish: Publish, broker: Broker, stumbling: type[Stumbling]
) -> None:
    publish()
    world.complete(learner, "vertical@u1")
    Pending.objects.update(attempts=6, parked_at=now(), last_error="ConnectionError")
    assert api.sweep().evaluated == 0
    world.complete(learner, "vertical@u2")
    assert _row().parked_at is None
    broker.work()
    assert waiting() == 0
    assert Award.objects.count() == 1


def test_unpark_gives_every_parked_row_another_round(world: World, publish: Publish, broker: Broker) -> None:
    publish()
    learners = [world.learner(name) for name in ("a", "b")]
    for learner in learners:
        world.complete(learner, "vertical@u1", "vertical@u2")
    Pending.objects.update(attempts=6, parked_at=now())
    assert api.sweep().evaluated == 0
    assert api.unpark() == 2
    assert set(Pending.objects.values_list("attempts", flat=True)) == {0}
    assert api.sweep().evaluated == 2
    assert Award.objects.count() == 2


def test_a_parked_and_a_failing_row_do_not_keep_the_others_back(
    world: World, publish: Publish, broker: Broker, stumbling: type[Stumbling]
) -> None:
    publish()
    poison, parked, well = (world.learner(name) for name in ("poison", "parked", "well"))

    def refuse(user_ids: Any, course_keys: Any) -> None:
        if poison.pk in user_ids:
            raise ConnectionError("This learner's record cannot be read.")

    stumbling.when("enrolments", refuse)
    for learner in (poison, parked, well):
        world.complete(learner, "vertical@u1", "vertical@u2")
    Pending.objects.filter(user_id=parked.pk).update(parked_at=now())
    api.sweep()
    assert set(Award.objects.values_list("user_id", flat=True)) == {well.pk}
    assert set(Pending.objects.values_list("user_id", flat=True)) == {poison.pk, parked.pk}
