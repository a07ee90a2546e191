"""What monitoring reads: counts and ages, in a constant number of queries."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from waffle.models import Switch

from microcred_plugin import api
from microcred_plugin.awards.models import Award
from microcred_plugin.data import Metrics
from microcred_plugin.evidence.models import Backfill, Pending, SweepRun
from microcred_plugin.switches import PAUSE_NOTIFYING
from tests.world import RUN, World

Publish = Any
NOTHING = Metrics(
    waiting_learners=0,
    waiting_oldest_seconds=0,
    parked_learners=0,
    due_backfills=0,
    due_backfills_oldest_seconds=0,
    unannounced_awards=0,
    unannounced_awards_oldest_seconds=0,
    unsent_mails=0,
    unsent_mails_oldest_seconds=0,
    untracked_changes=0,
    untracked_changes_oldest_seconds=0,
    awards={"granted": 0, "held": 0, "revoked": 0, "expired": 0},
    seconds_since_last_sweep=None,
    awarding_is_paused=False,
    notifying_is_paused=False,
)


def test_where_nothing_is_all_counts_are_zero_and_no_sweep_was(world: World) -> None:
    assert api.metrics() == NOTHING


def test_each_thing_that_waits_is_counted_with_the_age_of_the_oldest(
    world: World, learner: User, publish: Publish
) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    world.complete(world.learner("grace"), "vertical@u1", "vertical@u2")
    api.revoke(Award.objects.first().uuid, reason="A mistake")  # type: ignore[union-attr]
    moment = now()
    for number, minutes in enumerate((1, 5)):
        changed = moment - timedelta(minutes=minutes)
        Pending.objects.create(user_id=100 + number, context=RUN, change=1, changed_at=changed)
    Pending.objects.create(user_id=102, context=RUN, change=1, changed_at=moment - timedelta(days=9), parked_at=moment)
    Backfill.objects.update(finished_at=moment)
    Backfill.objects.filter(pk=Backfill.objects.first().pk).update(  # type: ignore[union-attr]
        finished_at=None, due_at=moment - timedelta(minutes=2)
    )
    Award.objects.filter(state="granted").update(to_announce_since=moment - timedelta(minutes=3))
    SweepRun.objects.create(finished_at=moment - timedelta(minutes=4))
    found = api.metrics()
    assert (found.waiting_learners, found.parked_learners) == (2, 1)
    assert (found.due_backfills, found.unannounced_awards) == (1, 1)
    assert found.awards == {"granted": 1, "held": 0, "revoked": 1, "expired": 0}
    ages = (
        found.due_backfills_oldest_seconds,
        found.unannounced_awards_oldest_seconds,
        found.seconds_since_last_sweep,
        found.waiting_oldest_seconds,
    )
    assert [round((age or 0) / 60) for age in ages] == [2, 3, 4, 5]


def test_a_backfill_that_is_not_due_yet_is_not_counted(world: World, publish: Publish) -> None:
    publish()
    assert Backfill.objects.filter(finished_at=None, due_at__gt=now()).exists()
    assert api.metrics().due_backfills == 0


def test_a_clock_that_was_set_back_makes_no_negative_age(world: World) -> None:
    Pending.objects.create(user_id=100, context=RUN, change=1, changed_at=now() + timedelta(hours=1))
    assert api.metrics().waiting_oldest_seconds == 0


def test_brakes_are_told(world: World) -> None:
    switch = Switch.objects.create(name=PAUSE_NOTIFYING.name, active=True)
    try:
        assert (api.metrics().awarding_is_paused, api.metrics().notifying_is_paused) == (False, True)
    finally:
        switch.delete()


def test_it_takes_seven_queries_however_much_there_is(world: World, learner: User, publish: Publish) -> None:
    api.metrics()  # the switches are read once, then a cache answers
    costs = []
    for number in (1, 30):
        publish(f"m{number}")
        for learner_number in range(number):
            Pending.objects.create(user_id=learner_number, context=f"{RUN}{number}", change=1, changed_at=now())
        with CaptureQueriesContext(connection) as asked:
            api.metrics()
        costs.append(len(asked))
    assert costs == [7, 7]
