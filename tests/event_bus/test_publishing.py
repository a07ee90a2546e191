"""Opting in to the event bus: what is published then, what the operator keeps, and what happens when it fails."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.utils.timezone import now
from openedx_events.apps import general_signal_handler

from microcred_plugin import api, event_bus
from microcred_plugin.awards.models import Award
from microcred_plugin.errors import NotAllowed
from microcred_plugin.signals import BADGE_AWARDED, BADGE_REVOKED
from tests.broker import Broker
from tests.event_bus.producers import PATH, InMemory, Sent
from tests.faults import Killed
from tests.management.conftest import Microcred, calling
from tests.world import World

Publish = Any
AWARDED, REVOKED = BADGE_AWARDED.event_type, BADGE_REVOKED.event_type
TOPIC = "learning-badges-lifecycle"
#: As the platform's settings have it.
PLATFORM = {
    "org.openedx.learning.certificate.created.v1": {
        "learning-certificate-lifecycle": {"event_key_field": "certificate.course.course_key", "enabled": False}
    }
}


@pytest.fixture
def sent(settings: Any) -> Iterator[list[Sent]]:
    """The platform with an event bus that is set up, and what is put on it; nobody has opted in yet."""
    settings.EVENT_BUS_PRODUCER = PATH
    settings.EVENT_BUS_PRODUCER_CONFIG = deepcopy(PLATFORM)
    InMemory.sent.clear()
    yield InMemory.sent
    InMemory.down = False
    for signal in (BADGE_AWARDED, BADGE_REVOKED):
        signal.disconnect(general_signal_handler)


@pytest.fixture
def bus(sent: list[Sent], settings: Any) -> list[Sent]:
    """What is put on the event bus, as the operator wants it."""
    settings.MICROCRED_PUBLISH_TO_EVENT_BUS = True
    event_bus.connect()
    return sent


@pytest.fixture
def microcred(capsys: pytest.CaptureFixture[str]) -> Microcred:
    """Call ``manage.py microcred`` with these arguments."""
    return calling(capsys)


def _told() -> set[str]:
    return {f"{message.id}: {message.msg}" for message in run_checks(tags=["microcred_plugin"])}


def _types(sent: list[Sent]) -> list[str]:
    return [message.type for message in sent]


def test_nothing_is_published_unless_the_operator_wants_it(
    world: World, learner: User, publish: Publish, sent: list[Sent], settings: Any
) -> None:
    event_bus.connect()
    publish()
    api.award(learner.pk, "basics", reason="So.")
    assert (sent, settings.EVENT_BUS_PRODUCER_CONFIG) == ([], PLATFORM)


def test_an_award_and_its_revocation_are_published_in_order_under_one_key(
    world: World, learner: User, publish: Publish, bus: list[Sent], announced: list[Any]
) -> None:
    published = publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    award = api.awards_of(learner.pk)[0]
    api.revoke(award.uuid, reason="So.")
    assert _types(bus) == [AWARDED, REVOKED]
    assert {(message.topic, message.key_field) for message in bus} == {(TOPIC, "badge.uuid")}
    assert {message.badge.uuid for message in bus} == {str(award.uuid)}
    assert bus[0].badge.template.uuid == str(published.uuid)
    assert bus[0].badge.user.pii.email == "ada@example.org"
    assert bus[0].time == award.granted_at
    assert bus[0].time < bus[1].time
    assert len(announced) == 2


def test_what_the_platform_publishes_besides_stays_and_twice_is_once(
    world: World, learner: User, publish: Publish, bus: list[Sent], settings: Any
) -> None:
    before = settings.EVENT_BUS_PRODUCER_CONFIG
    event_bus.connect()
    assert before == settings.EVENT_BUS_PRODUCER_CONFIG
    assert {name: before[name] for name in PLATFORM} == PLATFORM
    publish()
    api.award(learner.pk, "basics", reason="So.")
    assert _types(bus) == [AWARDED]
    assert _told() == set()


def test_another_topic_is_the_operators_to_choose(
    world: World, learner: User, publish: Publish, sent: list[Sent], settings: Any
) -> None:
    settings.MICROCRED_PUBLISH_TO_EVENT_BUS = True
    settings.MICROCRED_EVENT_BUS_TOPIC = "ours"
    theirs = {"theirs": {"event_key_field": "badge.user.id", "enabled": True}}
    settings.EVENT_BUS_PRODUCER_CONFIG = {REVOKED: theirs}
    event_bus.connect()
    assert settings.EVENT_BUS_PRODUCER_CONFIG[REVOKED] is theirs
    publish()
    uuid = api.award(learner.pk, "basics", reason="So.").uuid
    api.revoke(uuid, reason="So.")
    assert [(one.topic, one.key_field) for one in sent] == [("ours", "badge.uuid"), ("theirs", "badge.user.id")]


def test_what_the_operator_has_turned_off_stays_off_and_is_told(
    world: World, learner: User, publish: Publish, sent: list[Sent], settings: Any
) -> None:
    off = {TOPIC: {"event_key_field": "badge.uuid", "enabled": False}}
    settings.EVENT_BUS_PRODUCER_CONFIG = {AWARDED: off, REVOKED: off}
    settings.MICROCRED_PUBLISH_TO_EVENT_BUS = True
    event_bus.connect()
    publish()
    api.award(learner.pk, "basics", reason="So.")
    assert sent == []
    assert _told() == {"microcred_plugin.W003: EVENT_BUS_PRODUCER_CONFIG turns our events off."}


def test_an_event_bus_that_is_not_set_up_is_told(settings: Any, bus: list[Sent]) -> None:
    del settings.EVENT_BUS_PRODUCER
    assert _told() == {"microcred_plugin.W003: EVENT_BUS_PRODUCER is not set, so nothing is published."}


def test_an_event_that_came_over_the_bus_is_not_put_on_it_again(
    world: World, learner: User, publish: Publish, bus: list[Sent], announced: list[Any]
) -> None:
    publish()
    api.award(learner.pk, "basics", reason="So.")
    metadata = BADGE_AWARDED.generate_signal_metadata()
    BADGE_AWARDED.send_event_with_custom_metadata(metadata, badge=bus[0].badge)
    assert (len(announced), len(bus)) == (2, 1)


def test_a_crash_after_sending_sends_again_with_the_same_uuid_and_time(
    world: World, learner: User, publish: Publish, broker: Broker, bus: list[Sent]
) -> None:
    publish()
    api.award(learner.pk, "basics", reason="So.")

    def die(**kwargs: Any) -> None:
        raise Killed

    BADGE_AWARDED.connect(die)
    try:
        with pytest.raises(Killed):
            broker.work()
    finally:
        BADGE_AWARDED.disconnect(die)
    assert api.sweep().announced == 1
    assert len(bus) == 2
    assert len({(message.badge.uuid, message.time) for message in bus}) == 1


# When the bus has lost events


def test_what_a_broken_bus_loses_is_published_again_to_it_alone(
    world: World, learner: User, publish: Publish, bus: list[Sent], announced: list[Any]
) -> None:
    publish()
    publish("other")
    begin, InMemory.down = now(), True
    world.complete(learner, "vertical@u1", "vertical@u2")
    award, other = sorted(api.awards_of(learner.pk), key=lambda one: one.slug)
    assert (bus, award.held, len(announced)) == ([], True, 2)
    api.revoke(other.uuid, reason="So.")
    InMemory.down = False
    assert api.republish(begin) == 2
    assert [(one.type, one.badge.uuid) for one in bus] == [(AWARDED, str(award.uuid)), (REVOKED, str(other.uuid))]
    assert len(announced) == 3
    assert api.republish(now()) == 0


def test_only_what_has_changed_since_is_published_again_at_the_time_it_had(
    world: World, learner: User, publish: Publish, bus: list[Sent]
) -> None:
    publish()
    award = api.award(learner.pk, "basics", reason="So.")
    at = award.history[0].at
    assert api.republish(at + timedelta(seconds=1)) == 0
    assert api.republish(at) == 1
    assert bus[1].time == at


def test_what_was_never_announced_is_not_published_before_it_is(
    world: World, learner: User, publish: Publish, broker: Broker, bus: list[Sent]
) -> None:
    publish()
    begin = now()
    api.award(learner.pk, "basics", reason="So.")
    assert (api.republish(begin), bus) == (0, [])
    broker.work()
    assert len(bus) == Award.objects.count() == 1


def test_without_a_bus_nothing_can_be_published_again(world: World, settings: Any) -> None:
    with pytest.raises(NotAllowed, match="MICROCRED_PUBLISH_TO_EVENT_BUS"):
        api.republish(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("since", ["2026-01-01T00:00", "2026-01-01T00:00+02:00", "2026-01-01"])
def test_the_command_says_how_many_it_has_published(
    world: World,
    learner: User,
    publish: Publish,
    bus: list[Sent],
    microcred: Microcred,
    since: str,
) -> None:
    publish()
    api.award(learner.pk, "basics", reason="So.")
    called = microcred("republish", "--since", since)
    assert (called.code, called.out) == (0, "1 event was published again.\n")
    assert microcred("republish", "--since", since, "--json").data == {"republished": 1}
    assert len(bus) == 3


def test_the_command_refuses_what_is_no_time(bus: list[Sent], microcred: Microcred) -> None:
    called = microcred("republish", "--since", "yesterday")
    assert called.code == 2
    assert "2026-05-03T14:00" in called.err
