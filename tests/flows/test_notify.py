"""Telling learners and the tracking log: once for each change that matters, after the commit, whatever fails."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import transaction
from django.utils.timezone import now
from edx_django_utils.cache import RequestCache
from waffle.models import Switch

from microcred_plugin import api
from microcred_plugin.awards.models import Award, Channel, Notice
from microcred_plugin.flows.notify import notify
from microcred_plugin.switches import PAUSE_NOTIFYING
from tests.broker import Broker
from tests.faults import Stumbling
from tests.world import World, completion, milestone

Publish = Any
Tracked = list[dict[str, Any]]
UNITS = ("vertical@u1", "vertical@u2")
PARTS = [milestone("m", [completion(UNITS[0])], badge=True), milestone("n", [completion(UNITS[1])])]


def subjects() -> list[str]:
    return [message.subject for message in mail.outbox]


def kinds(tracked: Tracked) -> list[str]:
    return [event["name"].rpartition(".")[2] for event in tracked]


def earn(world: World, learner: User) -> Award:
    world.complete(learner, *UNITS)
    return Award.objects.get(user=learner, milestone_key="")


def later(award: Award, **age: float) -> None:
    """Let time pass for what waits of an award."""
    for notice in Notice.objects.filter(award=award):
        for name in ("at", "not_before", "lease_until"):
            if getattr(notice, name) is not None:
                setattr(notice, name, getattr(notice, name) - timedelta(**age))
        notice.save()


# The tracking log


def test_every_change_of_an_award_is_tracked_once_with_ids_and_nobodys_name(
    world: World, learner: User, publish: Publish, tracked: Tracked
) -> None:
    published = publish()
    award = earn(world, learner)
    for verb in (api.hold, api.restore, api.revoke, api.restore):
        verb(award.uuid, reason="A reason about Ada.", by=learner.pk)
    Award.objects.update(expires_at=now())
    api.sweep()
    assert kinds(tracked) == ["granted", "held", "restored", "revoked", "restored", "expired"]
    history = award.events.order_by("pk")
    assert [event["data"].pop("changed_at") for event in tracked] == [line.at.isoformat() for line in history]
    for event in tracked:
        assert event["name"].startswith("openedx.microcredentials.award.")
        assert event["context"] == {"user_id": learner.pk, "course_id": world.run, "org_id": "Org"}
        assert event["data"] == {
            "award": str(award.uuid),
            "microcredential": str(published.uuid),
            "issuer": "Org",
            "slug": "basics",
            "milestone": "",
            "version": 1,
        }
    api.sweep()
    assert len(tracked) == 6
    assert not Notice.objects.exists()


def test_a_milestones_badge_is_tracked_with_its_key(
    world: World, learner: User, publish: Publish, tracked: Tracked
) -> None:
    publish(milestones=PARTS)
    world.complete(learner, "vertical@u1")
    assert [event["data"]["milestone"] for event in tracked] == ["m"]


def test_nothing_is_told_of_what_was_rolled_back(
    world: World, learner: User, publish: Publish, tracked: Tracked
) -> None:
    publish()
    with transaction.atomic():
        api.award(learner.pk, "basics", reason="So.")
        assert (tracked, mail.outbox) == ([], [])
        transaction.set_rollback(True)
    assert (tracked, mail.outbox, Notice.objects.count()) == ([], [], 0)


# Pauses


@pytest.fixture
def pause() -> Iterator[Callable[[bool], None]]:
    """Pull the brake of notifying, or release it."""

    def turn(on: bool) -> None:
        Switch.objects.update_or_create(name=PAUSE_NOTIFYING.name, defaults={"active": on})

    yield turn
    turn(False)
    RequestCache.clear_all_namespaces()


def test_while_notifying_is_paused_all_waits_and_a_sweep_tells_it_once_afterwards(
    world: World, learner: User, publish: Publish, tracked: Tracked, pause: Any
) -> None:
    publish()
    pause(True)
    earn(world, learner)
    assert api.sweep().notified == 0
    assert (tracked, mail.outbox, Notice.objects.filter(attempts=0).count()) == ([], [], 2)
    pause(False)
    assert [api.sweep().notified, api.sweep().notified] == [1, 0]
    assert (kinds(tracked), subjects()) == (["granted"], ["You have earned “Basics”"])


def test_after_a_long_pause_what_is_old_is_tracked_and_not_mailed(
    world: World, learner: User, publish: Publish, tracked: Tracked, pause: Any
) -> None:
    publish()
    pause(True)
    old, new = earn(world, learner), earn(world, world.learner("grace"))
    later(old, days=7, seconds=1)
    later(new, days=6, hours=23)
    pause(False)
    api.sweep()
    assert [message.to for message in mail.outbox] == [["grace@example.org"]]
    assert kinds(tracked) == ["granted", "granted"]
    assert not Notice.objects.exists()


# Failures


def test_a_failure_is_counted_and_tried_again_after_ever_longer_rests(
    world: World, learner: User, publish: Publish, stumbling: type[Stumbling], settings: Any
) -> None:
    settings.MICROCRED_BACKOFF_SECONDS = 60
    stumbling.fail("mail")
    publish()
    award = earn(world, learner)
    rests = []
    for attempts in range(1, 12):
        (notice,) = Notice.objects.all()  # what could be tracked was
        assert (notice.channel, notice.attempts, notice.lease_until) == (Channel.MAIL, attempts, None)
        assert notice.last_error.startswith("ConnectionError at ")
        rests.append(round((notice.not_before - now()).total_seconds() / 60))
        assert api.sweep().notified == 0
        assert Notice.objects.get().attempts == attempts  # it rests
        Notice.objects.update(not_before=now())
        assert notify(award.pk) is False
    assert rests == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    stumbling.recover()
    Notice.objects.update(not_before=now())
    assert api.sweep().notified == 1
    assert subjects() == ["You have earned “Basics”"]


def test_what_could_not_be_mailed_for_a_week_is_given_up(
    world: World, learner: User, publish: Publish, stumbling: type[Stumbling]
) -> None:
    stumbling.fail("mail")
    publish()
    award = earn(world, learner)
    later(award, days=8)
    api.sweep()
    assert not Notice.objects.exists()
    stumbling.recover()
    api.sweep()
    assert mail.outbox == []


def test_a_mail_that_fails_keeps_neither_tracking_nor_other_learners_back(
    world: World, publish: Publish, stumbling: type[Stumbling], tracked: Tracked
) -> None:
    publish()
    ada, grace = world.learner("ada"), world.learner("grace")

    def refuse(user_id: int, letter: Any) -> None:
        if user_id == ada.pk:
            raise ConnectionError

    stumbling.when("mail", refuse)
    for learner in (ada, grace):
        earn(world, learner)
    assert [message.to for message in mail.outbox] == [["grace@example.org"]]
    assert kinds(tracked) == ["granted", "granted"]


def test_an_event_that_could_not_be_tracked_is_tried_again(
    world: World, learner: User, publish: Publish, stumbling: type[Stumbling]
) -> None:
    stumbling.fail("track")
    publish()
    earn(world, learner)
    (notice,) = Notice.objects.all()
    assert (notice.channel, notice.attempts) == (Channel.TRACKING, 1)
    assert len(mail.outbox) == 1
    stumbling.recover()
    Notice.objects.update(not_before=now())
    assert api.sweep().notified == 1
    assert not Notice.objects.exists()


# Workers that die, or meet


def test_a_worker_that_died_after_sending_has_it_sent_once_more_and_never_again(
    world: World, learner: User, publish: Publish, stumbling: type[Stumbling], broker: Broker
) -> None:
    publish()
    uuid = api.award(learner.pk, "basics", reason="So.").uuid
    broker.take()

    def die(*args: Any) -> None:
        raise SystemExit

    stumbling.when("mailed", die)
    pk = Award.objects.get().pk
    for deaths in (1, 2):
        with pytest.raises(SystemExit):
            notify(pk)
        assert len(mail.outbox) == deaths
        assert api.sweep().notified == 0  # until the lease is over
        later(Award.objects.get(), minutes=11)
    stumbling.recover()
    assert notify(pk) is False
    assert len(mail.outbox) == 2
    assert not Notice.objects.exists()
    api.revoke(uuid, reason="A mistake.")
    broker.work()
    assert subjects()[-1] == "“Basics” is no longer valid"


def test_what_happens_while_a_mail_is_sent_is_told_after_it(
    world: World, learner: User, publish: Publish, stumbling: type[Stumbling], tracked: Tracked
) -> None:
    publish()
    done: list[bool] = []

    def revoke(user_id: int, letter: Any) -> None:
        if not done:
            done.append(True)
            api.revoke(Award.objects.get().uuid, reason="A mistake.")

    stumbling.when("mail", revoke)
    earn(world, learner)
    assert subjects() == ["You have earned “Basics”", "“Basics” is no longer valid"]
    assert kinds(tracked) == ["granted", "revoked"]
    assert not Notice.objects.exists()


def test_two_workers_send_it_once(
    world: World, learner: User, publish: Publish, stumbling: type[Stumbling], broker: Broker
) -> None:
    publish()
    pk = Award.objects.get(uuid=api.award(learner.pk, "basics", reason="So.").uuid).pk
    met: list[bool] = []
    stumbling.when("mail", lambda *args: met.append(notify(pk)))
    broker.work()
    assert met == [False]
    assert len(mail.outbox) == 1


def test_a_learner_who_is_forgotten_while_it_is_sent_leaves_nothing_behind(
    world: World, learner: User, publish: Publish, stumbling: type[Stumbling]
) -> None:
    publish()
    stumbling.when("mail", lambda *args: api.forget_user(learner.pk))
    world.complete(learner, *UNITS)
    assert (Award.objects.count(), Notice.objects.count()) == (0, 0)


def test_a_lease_or_rest_of_a_clock_that_was_set_back_does_not_count(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    api.award(learner.pk, "basics", reason="So.")
    Notice.objects.update(lease_until=now() + timedelta(hours=1), not_before=now() + timedelta(days=1))
    assert api.sweep().notified == 1
    assert len(mail.outbox) == 1


# What operators see


def test_metrics_and_doctor_see_what_waits_and_what_fails(
    world: World, learner: User, publish: Publish, stumbling: type[Stumbling]
) -> None:
    def look() -> Any:
        return next(check for check in api.doctor() if check.name == "notices")

    assert look().ok
    stumbling.fail("mail")
    publish()
    award = earn(world, learner)
    later(award, minutes=5)
    found = api.metrics()
    assert (found.unsent_mails, found.unsent_mails_oldest_seconds // 60) == (1, 5)
    assert (found.untracked_changes, found.untracked_changes_oldest_seconds) == (0, 0)
    check = look()
    assert not check.ok
    assert "mail: ConnectionError" in check.message
    Notice.objects.update(last_error="", at=now() - timedelta(minutes=20))
    check = look()
    assert (check.ok, check.message) == (False, "1 changes of awards wait to be told.")
