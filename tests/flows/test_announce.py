"""Telling the platform: once for each change that matters, after the commit, with the right data, whatever fails."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid5

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils.timezone import now

from microcred_plugin import api
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.evidence.models import Pending
from microcred_plugin.flows.announce import announce
from microcred_plugin.flows.sweep import sweep
from microcred_plugin.sandbox import learning
from microcred_plugin.signals import BADGE_AWARDED
from tests.broker import Broker
from tests.world import World, completion, milestone

Publish = Any
Heard = list[tuple[str, str]]


@pytest.fixture
def receiver() -> Iterator[list[Any]]:
    """A receiver of BADGE_AWARDED that does what is put into the list, with the badge."""
    actions: list[Any] = []

    def receive(badge: Any, **kwargs: Any) -> None:
        for action in actions:
            action(badge)

    BADGE_AWARDED.connect(receive)
    yield actions
    BADGE_AWARDED.disconnect(receive)


def _earn(world: World, learner: User) -> None:
    world.complete(learner, "vertical@u1", "vertical@u2")


def test_an_award_is_announced_with_its_data_after_the_commit(
    world: World, publish: Publish, receiver: list[Any]
) -> None:
    learner = User.objects.create_user("ada", "ada@example.org", first_name="Ada", last_name="Lovelace")
    learning.enrol(learner, world.run)
    published = publish(
        description="What it is about.",
        milestones=[milestone("m", [completion("vertical@u1"), completion("vertical@u2")], badge=True)],
    )
    badges: list[Any] = []
    receiver.append(badges.append)
    with transaction.atomic():
        _earn(world, learner)
        assert badges == []
    rows = {row.milestone_key: row for row in Award.objects.all()}
    assert sorted(badge.uuid for badge in badges) == sorted(str(row.uuid) for row in rows.values())
    whole = next(badge for badge in badges if badge.uuid == str(rows[""].uuid))
    part = next(badge for badge in badges if badge.uuid == str(rows["m"].uuid))
    assert (whole.template.uuid, whole.template.name, whole.template.origin) == (
        str(published.uuid),
        "Basics",
        "microcred_plugin",
    )
    assert whole.template.description == "What it is about."
    assert part.template.uuid == str(uuid5(published.uuid, "m"))
    assert (whole.user.id, whole.user.pii.username, whole.user.pii.email, whole.user.pii.name) == (
        learner.pk,
        "ada",
        "ada@example.org",
        "Ada Lovelace",
    )


def test_nothing_is_announced_of_what_was_rolled_back(
    world: World, learner: User, publish: Publish, announced: Heard
) -> None:
    publish()
    with transaction.atomic():
        api.award(learner.pk, "basics", reason="So.")
        transaction.set_rollback(True)
    assert (announced, Award.objects.count()) == ([], 0)


def test_it_is_announced_once_however_often_it_is_asked_for(
    world: World, learner: User, publish: Publish, announced: Heard
) -> None:
    publish()
    _earn(world, learner)
    pk = Award.objects.get().pk
    assert [announce(pk), announce(pk), announce(pk + 1)] == [False, False, False]
    sweep()
    assert [kind for kind, _ in announced] == ["awarded"]


def test_a_crash_between_the_award_and_its_announcement_is_healed_by_the_sweep(
    world: World, learner: User, publish: Publish, broker: Broker, announced: Heard
) -> None:
    publish()
    _earn(world, learner)
    broker.run([one for one in broker.take() if one.task == "evaluate"])
    broker.take()  # the wake-up to announce is lost
    assert announced == []
    late = next(check for check in api.doctor() if check.name == "announcements")
    assert late.ok  # it is only just waiting
    assert api.sweep().announced == 1
    assert [kind for kind, _ in announced] == ["awarded"]


def test_a_receiver_that_raises_keeps_neither_the_award_nor_the_others_from_being_told(
    world: World, publish: Publish, receiver: list[Any], announced: Heard
) -> None:
    publish()

    def fail(badge: Any) -> None:
        raise ZeroDivisionError

    receiver.append(fail)
    for name in ("a", "b"):
        _earn(world, world.learner(name))
    assert len(announced) == 2
    assert not Award.objects.exclude(to_announce_since=None).exists()


def test_a_receiver_whose_database_work_fails_is_not_told_for_ever(
    world: World, learner: User, publish: Publish, receiver: list[Any], announced: Heard
) -> None:
    """On PostgreSQL a failed statement spoils the transaction around it; that must not be ours."""
    publish()

    def spoil(badge: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")

    receiver.append(spoil)
    _earn(world, learner)
    api.sweep()
    api.sweep()
    assert len(announced) == 1
    assert Award.objects.get().to_announce_since is None


def test_what_a_receiver_writes_is_kept(
    world: World, learner: User, publish: Publish, receiver: list[Any], announced: Heard
) -> None:
    publish()
    receiver.append(lambda badge: User.objects.filter(pk=badge.user.id).update(first_name="Told"))
    _earn(world, learner)
    learner.refresh_from_db()
    assert learner.first_name == "Told"


def test_only_what_was_announced_is_taken_back(
    world: World, learner: User, publish: Publish, broker: Broker, announced: Heard
) -> None:
    publish()
    _earn(world, learner)
    broker.run([one for one in broker.take() if one.task == "evaluate"])
    uuid = Award.objects.get().uuid
    api.revoke(uuid, reason="A mistake.")  # before anybody was told of it
    api.sweep()
    assert announced == []
    api.restore(uuid, reason="It was none.")
    api.sweep()
    api.revoke(uuid, reason="It was one.")
    api.sweep()
    assert announced == [("awarded", str(uuid)), ("revoked", str(uuid))]


def test_a_hold_is_not_announced(world: World, learner: User, publish: Publish, announced: Heard) -> None:
    publish()
    uuid = api.award(learner.pk, "basics", reason="So.").uuid
    for verb in (api.hold, api.restore, api.hold, api.revoke, api.restore):
        verb(uuid, reason="So.")
    assert [kind for kind, _ in announced] == ["awarded", "revoked", "awarded"]
    assert not Award.objects.exclude(to_announce_since=None).exists()


# The sweep as a whole


def _busy(world: World) -> list[User]:
    """Something of everything that waits."""
    world.publish("plain")
    world.publish("strict", policy={"regression": "revoke", "grace_days": 1})
    world.publish("short", policy={"expires_after_months": 1})
    learners = [world.learner(f"learner{number}") for number in range(3)]
    for learner in learners:
        _earn(world, learner)
    return learners


def test_a_sweep_takes_everything_that_waits_and_a_second_one_nothing(
    world: World, broker: Broker, announced: Heard
) -> None:
    learners = _busy(world)
    broker.take()  # every wake-up is lost
    report = api.sweep()
    assert (report.evaluated, report.parked) == (3, 0)
    assert report.announced == 9
    learning.reset(learners[0], world.run)
    Award.objects.filter(microcredential__slug="short").update(expires_at=now())
    api.sweep()
    Award.objects.exclude(regressed_at=None).update(regressed_at=now() - timedelta(days=2))
    assert api.sweep().regressed == 1
    before = [list(model.objects.order_by("pk").values()) for model in (Award, AwardEvent, Pending)]
    told = list(announced)
    report = api.sweep()
    assert (report.evaluated, report.backfills, report.expired, report.regressed, report.announced) == (0, 0, 0, 0, 0)
    assert [list(model.objects.order_by("pk").values()) for model in (Award, AwardEvent, Pending)] == before
    assert announced == told
    assert sorted(kind for kind, _ in announced) == ["awarded"] * 9 + ["revoked"] * 4


def test_a_sweep_within_a_sweep_does_nothing_twice(
    world: World, broker: Broker, receiver: list[Any], announced: Heard
) -> None:
    """The receiver runs in the middle of one sweep: there a second one begins and ends."""
    _busy(world)
    broker.take()
    receiver.append(lambda badge: api.sweep())
    api.sweep()
    assert len(announced) == len(set(announced)) == 9
    assert AwardEvent.objects.count() == 9
