"""The operator's brakes: while one is on nothing is lost, and when it is off again everything is caught up."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from edx_django_utils.cache import RequestCache
from waffle.models import Switch

from microcred_plugin import api
from microcred_plugin.awards.models import Award
from microcred_plugin.data import AwardState
from microcred_plugin.errors import NotAllowed
from microcred_plugin.evidence.models import Backfill, Pending
from microcred_plugin.flows import evaluate as evaluating
from microcred_plugin.progress.models import Progress
from microcred_plugin.switches import PAUSE_AWARDING, PAUSE_NOTIFYING
from tests.broker import Broker
from tests.faults import Stumbling
from tests.world import RUN, World, waiting

Publish = Any
Turn = Callable[[Any, bool], None]
UNITS = ("vertical@u1", "vertical@u2")


@pytest.fixture
def turn() -> Iterator[Turn]:
    """Turn a switch on or off, as an operator does in another process."""

    def turning(switch: Any, on: bool) -> None:
        Switch.objects.update_or_create(name=switch.name, defaults={"active": on})

    yield turning
    for switch in (PAUSE_AWARDING, PAUSE_NOTIFYING):
        turning(switch, False)
    RequestCache.clear_all_namespaces()


def test_while_awarding_is_paused_a_learner_waits_without_losing_an_attempt(
    world: World, learner: User, publish: Publish, turn: Turn
) -> None:
    publish()
    turn(PAUSE_AWARDING, True)
    world.complete(learner, *UNITS)
    for _ in range(10):
        report = api.sweep()
        assert (report.evaluated, report.failed, report.finished) == (0, 0, True)
    (row,) = Pending.objects.all()
    assert (row.attempts, row.parked_at, row.lease_until, row.not_before) == (0, None, None, None)
    assert not Award.objects.exists()


def test_progress_is_shown_while_awarding_is_paused(world: World, learner: User, publish: Publish, turn: Turn) -> None:
    publish()
    turn(PAUSE_AWARDING, True)
    world.complete(learner, *UNITS)
    (shown,) = api.course_progress(learner.pk, RUN)
    assert (shown.fraction, shown.award) == (1, None)
    assert waiting() == 1


def test_the_sweep_catches_up_when_the_switch_is_off_again(
    world: World, learner: User, publish: Publish, turn: Turn, announced: Any
) -> None:
    publish()
    turn(PAUSE_AWARDING, True)
    world.complete(learner, *UNITS)
    turn(PAUSE_AWARDING, False)
    assert api.sweep().evaluated == 1
    (award,) = api.awards_of(learner.pk)
    assert announced == [("awarded", str(award.uuid))]
    assert waiting() == 0


def test_what_is_published_while_awarding_is_paused_is_backfilled_afterwards(
    world: World, learner: User, publish: Publish, turn: Turn
) -> None:
    world.complete(learner, *UNITS)
    turn(PAUSE_AWARDING, True)
    publish()
    assert api.sweep().backfills == 0
    assert not Award.objects.exists()
    assert not Backfill.objects.exclude(lease_until=None, cursor=0, finished_at=None, last_error="").exists()
    turn(PAUSE_AWARDING, False)
    api.sweep()
    assert [award.slug for award in api.awards_of(learner.pk)] == ["basics"]


def test_a_backfill_under_way_stops_after_its_chunk_and_goes_on_where_it_was(
    world: World, publish: Publish, turn: Turn, stumbling: type[Stumbling], settings: Any, broker: Broker
) -> None:
    settings.MICROCRED_BACKFILL_CHUNK = 1
    for name in ("ada", "grace", "joan"):
        world.complete(world.learner(name), *UNITS)
    publish()
    assert not PAUSE_AWARDING.is_enabled()  # edx-toggles remembers that for as long as this process lives
    stumbling.when("enrolments", lambda *args: turn(PAUSE_AWARDING, True))
    api.sweep()
    assert Award.objects.count() == 1
    row = Backfill.objects.exclude(cursor=0).get()
    assert (row.learners, row.finished_at, row.lease_until) == (1, None, None)
    stumbling.recover()
    turn(PAUSE_AWARDING, False)
    api.sweep()
    row.refresh_from_db()
    assert (row.learners, row.finished_at is not None) == (3, True)
    assert Award.objects.count() == 3


def test_no_award_expires_or_is_taken_by_policy_while_awarding_is_paused(
    world: World, learner: User, publish: Publish, turn: Turn
) -> None:
    publish(policy={"regression": "revoke", "grace_days": 3, "expires_after_months": 1})
    world.complete(learner, *UNITS)
    world.complete(learner, "vertical@u1", completion=0.0)
    Award.objects.update(regressed_at=now() - timedelta(days=4))
    turn(PAUSE_AWARDING, True)
    assert api.sweep().regressed == 0
    Award.objects.update(expires_at=now() - timedelta(days=1))
    assert api.sweep().expired == 0
    assert Award.objects.get().state == AwardState.GRANTED
    turn(PAUSE_AWARDING, False)
    assert api.sweep().expired == 1


def test_what_a_person_does_by_hand_is_done_while_awarding_is_paused(
    world: World, learner: User, publish: Publish, turn: Turn
) -> None:
    publish()
    turn(PAUSE_AWARDING, True)
    award = api.award(learner.pk, "basics", reason="Recognised prior learning")
    assert api.revoke(award.uuid, reason="A mistake").state == AwardState.REVOKED


def test_who_asks_for_awards_is_told_that_they_are_paused(
    world: World, learner: User, publish: Publish, turn: Turn
) -> None:
    publish()
    turn(PAUSE_AWARDING, True)
    world.complete(learner, *UNITS)
    for ask in (
        lambda: api.backfill("basics"),
        lambda: list(api.reconcile("basics", fix=True)),
        lambda: api.judge_again([Pending.objects.get().pk]),
    ):
        with pytest.raises(NotAllowed, match=r"waffle_switch microcred_plugin\.pause_awarding off"):
            ask()
    assert not Award.objects.exists()
    (report,) = api.backfill("basics", dry_run=True)
    assert report.awards == 1
    assert {one.problem for one in api.reconcile("basics")} >= {"award_missing"}


def test_asking_whether_awarding_is_paused_costs_an_evaluation_no_query(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    world.complete(learner, "vertical@u1")
    costs = []
    for warm in (False, True):
        if not warm:
            cache.clear()
        Progress.objects.all().delete()
        (row,) = Pending.objects.all()
        with CaptureQueriesContext(connection) as asked:
            assert evaluating.evaluate(row.user_id, row.context, row.change)
        costs.append(sum("waffle_switch" in query["sql"] for query in asked))
        world.complete(learner, "vertical@u2" if not warm else "vertical@u3")
    assert costs == [1, 0]  # the first process that asks, every few minutes; then whoever shares its cache: nothing


def test_an_irrelevant_completion_does_not_ask_for_switches(world: World, learner: User, publish: Publish) -> None:
    publish()
    world.complete(learner, "vertical@u3")  # what is listened to is read once
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        world.complete(learner, "html@h4", completion=0.0)
    assert [query["sql"] for query in asked if "pause_" in query["sql"] or "microcred" in query["sql"]] == []


def test_while_notifying_is_paused_awards_are_made_and_their_announcements_wait(
    world: World, learner: User, publish: Publish, turn: Turn, announced: Any
) -> None:
    publish()
    turn(PAUSE_NOTIFYING, True)
    world.complete(learner, *UNITS)
    assert [award.held for award in api.awards_of(learner.pk)] == [True]
    assert api.sweep().announced == 0
    assert announced == []
    turn(PAUSE_NOTIFYING, False)
    assert api.sweep().announced == 1
    assert api.sweep().announced == 0
    assert announced == [("awarded", str(Award.objects.get().uuid))]


def test_what_was_given_and_taken_while_notifying_was_paused_was_never_told(
    world: World, learner: User, publish: Publish, turn: Turn, announced: Any
) -> None:
    publish()
    turn(PAUSE_NOTIFYING, True)
    world.complete(learner, *UNITS)
    api.revoke(Award.objects.get().uuid, reason="A mistake")
    turn(PAUSE_NOTIFYING, False)
    api.sweep()
    assert announced == []
    assert not Award.objects.exclude(to_announce_since=None).exists()
