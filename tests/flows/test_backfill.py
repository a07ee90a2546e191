"""Backfills: in chunks, resumed after any failure, once however many run, and foretold exactly by a dry run."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from microcred_plugin import api
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.evidence.models import Backfill, Pending
from microcred_plugin.flows.backfill import run_backfill
from microcred_plugin.progress.models import Progress
from microcred_plugin.sandbox import learning
from tests.broker import Broker
from tests.faults import Stumbling
from tests.world import World, completion, definition, holding, milestone

Publish = Any


@pytest.fixture
def crowd(world: World, settings: Any) -> list[User]:
    """Seven learners, of whom the first has done nothing; chunks of two."""
    settings.MICROCRED_BACKFILL_CHUNK = 2
    learners = [world.learner(f"learner{number}") for number in range(7)]
    for learner in learners[1:]:
        world.complete(learner, "vertical@u1", "vertical@u2")
    return learners


@pytest.fixture
def published(world: World, crowd: list[User], broker: Broker) -> Backfill:
    """A microcredential that was just published; its walk has not begun, the late one is away."""
    world.publish()
    broker.take()
    Backfill.objects.filter(due_at__gt=now()).delete()
    return Backfill.objects.get()


def _everything() -> list[list[Any]]:
    return [list(model.objects.order_by("pk").values()) for model in (Award, AwardEvent, Progress, Pending, Backfill)]


def test_a_walk_judges_everybody_in_chunks(published: Backfill, crowd: list[User]) -> None:
    seen: list[tuple[int, int]] = []
    assert run_backfill(published.pk, lambda done, total: seen.append((done, total)))
    assert seen == [(2, 7), (4, 7), (6, 7), (7, 7)]
    assert set(Award.objects.values_list("user_id", flat=True)) == {learner.pk for learner in crowd[1:]}
    assert not Progress.objects.filter(user=crowd[0]).exists()  # nothing is stored of who did nothing
    published.refresh_from_db()
    assert (published.learners, published.awards, published.lease_until) == (7, 6, None)
    assert published.finished_at is not None
    assert run_backfill(published.pk) is False


def test_the_number_of_queries_depends_on_the_chunks_and_not_on_the_learners(
    world: World, crowd: list[User], published: Backfill, settings: Any
) -> None:
    settings.MICROCRED_BACKFILL_CHUNK = 100
    Award.objects.all().delete()

    def cost() -> int:
        Backfill.objects.update(finished_at=None, cursor=0)
        Progress.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            run_backfill(published.pk)
        Award.objects.all().delete()
        return len(queries)

    cost()  # this process reads the version and the outline once
    few = cost()
    for number in range(20):
        world.complete(world.learner(f"more{number}"), "vertical@u1")
    Pending.objects.all().delete()
    assert cost() == few


@pytest.mark.parametrize("chunk", range(4))
def test_after_a_failure_in_any_chunk_it_goes_on_there(
    crowd: list[User], published: Backfill, broker: Broker, stumbling: type[Stumbling], chunk: int
) -> None:
    stumbling.fail("enrolments", after=chunk)
    with pytest.raises(ConnectionError):
        run_backfill(published.pk)
    published.refresh_from_db()
    assert published.learners == 2 * chunk
    assert (published.lease_until, published.finished_at) == (None, None)
    assert "ConnectionError" in published.last_error
    (told,) = [check for check in api.doctor() if check.name == "failing-backfills"]
    assert not told.ok
    assert f"basics in {published.context}: ConnectionError" in told.message
    assert published.due_at > now()  # it rests
    assert [(one.task, one.later) for one in broker.take()][-1] == ("run_backfill", True)
    stumbling.recover()
    assert api.sweep().backfills == 0
    Backfill.objects.update(due_at=now())
    assert api.sweep().backfills == 1
    published.refresh_from_db()
    assert (published.learners, published.awards) == (7, 6)
    assert Award.objects.count() == 6
    assert all(check.ok for check in api.doctor() if check.name == "failing-backfills")


@pytest.mark.parametrize("chunk", range(4))
def test_a_command_that_was_broken_off_is_resumed_by_the_next(
    crowd: list[User], published: Backfill, chunk: int
) -> None:
    Backfill.objects.all().delete()

    def interrupt(done: int, total: int) -> None:
        if done > 2 * chunk:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        api.backfill("basics", on_progress=interrupt)
    done: list[int] = []
    (report,) = api.backfill("basics", on_progress=lambda number, total: done.append(number))
    assert (report.learners, report.awards, report.finished) == (7, 6, True)
    assert len(done) == 4 - (chunk + 1)  # only the chunks that were left
    assert Backfill.objects.count() == 1


def test_two_workers_do_a_walk_once(published: Backfill) -> None:
    answers: list[bool] = []
    run_backfill(published.pk, lambda done, total: answers.append(run_backfill(published.pk)))
    assert answers == [False] * 4
    published.refresh_from_db()
    assert (published.learners, published.awards) == (7, 6)
    assert AwardEvent.objects.count() == 6


def test_a_worker_that_outlives_its_lease_leaves_the_rest_to_the_next(published: Backfill) -> None:
    taken = []

    def overtake(done: int, total: int) -> None:
        if not taken:
            taken.append(True)
            Backfill.objects.update(lease_until=now() - timedelta(seconds=1))
            assert run_backfill(published.pk) is True

    run_backfill(published.pk, overtake)
    published.refresh_from_db()
    assert (published.finished_at is not None, published.lease_until) == (True, None)
    assert Award.objects.count() == AwardEvent.objects.count() == 6


def test_a_lease_from_before_the_clock_was_set_back_does_not_hold_a_walk(published: Backfill) -> None:
    Backfill.objects.update(lease_until=now() + timedelta(days=300))
    assert run_backfill(published.pk) is True
    assert Award.objects.count() == 6


def test_a_publish_during_a_walk_takes_over(world: World, crowd: list[User], broker: Broker) -> None:
    world.publish()
    Backfill.objects.all().delete()
    world.complete(crowd[0], "vertical@u3")
    Pending.objects.all().delete()
    new: list[Any] = []

    def publish(done: int, total: int) -> None:
        if not new:
            new.append(world.publish(title="New", units=["vertical@u3"]))

    (report,) = api.backfill("basics", on_progress=publish)
    assert not report.finished
    api.sweep()
    awarded = {(award.user_id, award.version.num) for award in Award.objects.select_related("version")}
    assert (crowd[0].pk, 2) in awarded
    assert awarded - {(crowd[0].pk, 2)} <= {(crowd[1].pk, 1)}  # the chunk that was judged before
    assert Backfill.objects.filter(finished_at=None, due_at__lte=now()).count() == 0


def test_retiring_during_a_walk_ends_it(world: World, published: Backfill) -> None:
    run_backfill(published.pk, lambda done, total: api.retire("basics"))
    assert Award.objects.count() == 1  # of the chunk that was judged before
    assert not Backfill.objects.filter(finished_at=None).exists()


def test_a_dry_run_writes_nothing_and_foretells_exactly(published: Backfill, crowd: list[User]) -> None:
    api.award(crowd[3].pk, "basics", reason="So.")
    before = _everything()
    (told,) = api.backfill("basics", dry_run=True)
    assert _everything() == before
    (done,) = api.backfill("basics")
    assert (told.learners, told.awards, told.finished) == (7, 5, True)
    assert (done.learners, done.awards, done.finished) == (7, 5, True)
    (again,) = api.backfill("basics", dry_run=True)
    assert again.awards == 0


def test_a_dry_run_counts_a_learner_of_two_runs_once(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    other = World("course-v1:Org+Demo+Other")
    publish(milestones=[milestone("m", [completion("vertical@u1")], badge=True)])
    api.offer("basics", other.run)
    api.publish("basics")
    learning.enrol(learner, other.run)
    world.complete(learner, "vertical@u1")
    other.complete(learner, "vertical@u1")
    Pending.objects.all().delete()
    told = api.backfill("basics", dry_run=True)
    done = api.backfill("basics")
    assert [report.awards for report in told] == [report.awards for report in done]
    assert sum(report.awards for report in told) == Award.objects.count() == 2


def test_one_run_alone_is_walked_when_it_is_named(world: World, publish: Publish, broker: Broker) -> None:
    other = World("course-v1:Org+Demo+Other")
    publish()
    api.offer("basics", other.run)
    api.publish("basics")
    for place in (world, other):
        place.complete(place.learner(place.run[-5:]), "vertical@u1", "vertical@u2")
    Pending.objects.all().delete()
    (report,) = api.backfill("basics", run=other.run)
    assert (report.run, report.awards) == (other.run, 1)
    assert api.backfill("basics", run="course-v1:Org+Unknown+Run") == ()


def test_a_stack_is_walked_over_those_who_hold_what_it_builds_on(
    world: World, crowd: list[User], broker: Broker
) -> None:
    part = world.publish("part")
    broker.work()
    world.publish("top", run=None, milestones=[milestone("m", [holding(part)])])
    broker.take()
    (report,) = api.backfill("top")
    assert (report.run, report.learners, report.awards) == ("awards", 6, 6)


def test_learners_who_are_not_enrolled_are_found_by_their_completions(world: World, broker: Broker) -> None:
    visitor = User.objects.create_user("visitor")
    world.complete(visitor, "vertical@u1", "vertical@u2")
    world.publish(eligibility={"enrolled": False})
    world.publish("enrolled")
    broker.work()
    assert [award.slug for award in api.awards_of(visitor.pk)] == ["basics"]


def test_a_walk_over_nobody_finishes(world: World, publish: Publish) -> None:
    publish()
    (report,) = api.backfill("basics")
    assert (report.learners, report.awards, report.finished) == (0, 0, True)


def test_everything_is_walked_when_nothing_is_named(world: World, crowd: list[User], broker: Broker) -> None:
    world.publish("first")
    world.publish("second", units=["vertical@u1"])
    api.save_draft(definition("third"), by=None, run=world.run)
    broker.take()
    assert {(report.slug, report.awards) for report in api.backfill()} == {("first", 6), ("second", 6)}
