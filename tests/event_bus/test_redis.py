"""Over the real event bus: an award made here is heard in another process, with the same data, unless Redis is down.

Needs edx-event-bus-redis and Redis: ``make test-event-bus`` runs it in an environment of its own.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import attr
import pytest
from django.conf import settings as configured
from django.contrib.auth.models import User
from django.utils.timezone import now

from microcred_plugin import api, event_bus
from microcred_plugin.signals import BADGE_AWARDED, BADGE_REVOKED
from tests.world import World, completion, milestone

redis = pytest.importorskip("redis", reason="make test-event-bus installs Redis' client")
pytest.importorskip("edx_event_bus_redis", reason="make test-event-bus installs edx-event-bus-redis")
if "openedx_events" not in configured.INSTALLED_APPS:
    pytest.skip("needs the settings of make test-event-bus", allow_module_level=True)

TOPIC = "learning-badges-lifecycle"
REDIS = configured.EVENT_BUS_REDIS_CONNECTION_URL
STREAM = f"{configured.EVENT_BUS_TOPIC_PREFIX}-{TOPIC}"
_PATIENCE_SECONDS = 40.0
Publish = Any
Heard = Callable[[int], list[Any]]


@pytest.fixture
def stream() -> Iterator[Any]:
    """Redis with a stream of ours, empty; taken away afterwards."""
    client = redis.Redis.from_url(REDIS)
    try:
        client.delete(STREAM)
    except redis.ConnectionError:
        pytest.skip(f"No Redis at {REDIS}: MICROCRED_TEST_REDIS names another.")
    event_bus.connect()
    yield client
    client.delete(STREAM)
    client.close()


@pytest.fixture
def consumer(stream: Any, tmp_path: Path) -> Iterator[Heard]:
    """Another process with the platform's own command; ask it for so many events, and wait until it has heard them."""
    heard, log = tmp_path / "heard.jsonl", tmp_path / "consumer.log"
    extra = json.dumps({"consumer_name": "one", "check_backlog": True})
    command = [sys.executable, "-m", "django", "consume_events", "-t", TOPIC, "-g", "microcred-test", "--extra", extra]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": configured.SETTINGS_MODULE,
        "MICROCRED_TEST_HEARD": str(heard),
        "MICROCRED_TEST_TOPIC_PREFIX": configured.EVENT_BUS_TOPIC_PREFIX,
    }
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:

        def read(count: int) -> list[Any]:
            end = monotonic() + _PATIENCE_SECONDS
            while monotonic() < end and process.poll() is None:
                lines = heard.read_text("utf-8").splitlines() if heard.exists() else []
                if len(lines) >= count:
                    return [json.loads(line) for line in lines]
                sleep(0.1)
            raise AssertionError(f"The consumer did not hear it:\n{log.read_text('utf-8')[-3000:]}")

        try:
            yield read
        finally:
            process.terminate()


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """What receivers in this process are told."""
    badges: list[Any] = []

    def receive(badge: Any, **kwargs: Any) -> None:
        badges.append(badge)

    for signal in (BADGE_AWARDED, BADGE_REVOKED):
        signal.connect(receive)
    yield badges
    for signal in (BADGE_AWARDED, BADGE_REVOKED):
        signal.disconnect(receive)


def _earn(world: World, learner: User, publish: Publish) -> None:
    parts = [completion("vertical@u1"), completion("vertical@u2")]
    publish(description="Ünïcode, too ✓", milestones=[milestone("m", parts, badge=True)])
    world.complete(learner, "vertical@u1", "vertical@u2")


def _uuid(badge: Any) -> str:
    return str(badge["uuid"])


def test_an_award_and_its_revocation_are_heard_in_another_process_with_the_same_data(
    world: World, learner: User, publish: Publish, stream: Any, consumer: Heard, told: list[Any]
) -> None:
    _earn(world, learner, publish)
    whole = next(award for award in api.awards_of(learner.pk) if not award.milestone_key)
    api.revoke(whole.uuid, reason="So.")
    assert stream.xlen(STREAM) == 3
    heard = consumer(3)
    assert [one["type"] for one in heard] == [BADGE_AWARDED.event_type] * 2 + [BADGE_REVOKED.event_type]
    assert [one["badge"] for one in heard] == [attr.asdict(badge) for badge in told]
    assert {one["badge"]["uuid"] for one in heard} == {str(award.uuid) for award in api.awards_of(learner.pk)}
    assert heard[0]["badge"]["template"]["description"] == "Ünïcode, too ✓"
    assert heard[0]["time"] == whole.granted_at.isoformat()
    assert stream.xlen(STREAM) == 3  # what was heard over the bus was not put on it again


def test_while_redis_is_down_the_award_is_kept_and_what_the_bus_lost_is_published_again(
    world: World, learner: User, publish: Publish, stream: Any, consumer: Heard, told: list[Any], settings: Any
) -> None:
    begin = now()
    settings.EVENT_BUS_REDIS_CONNECTION_URL = "redis://127.0.0.1:9/0"  # the port of the discard service
    _earn(world, learner, publish)
    assert {award.held for award in api.awards_of(learner.pk)} == {True}
    assert len(told) == 2
    assert [check.message for check in api.doctor() if check.name == "announcements" and not check.ok] == []
    assert stream.xlen(STREAM) == 0
    settings.EVENT_BUS_REDIS_CONNECTION_URL = REDIS
    assert api.republish(begin) == 2
    heard = [one["badge"] for one in consumer(2)]
    assert sorted(heard, key=_uuid) == sorted(map(attr.asdict, told), key=_uuid)


def test_a_delivery_that_is_repeated_can_be_recognised(
    world: World, learner: User, publish: Publish, stream: Any, consumer: Heard
) -> None:
    _earn(world, learner, publish)
    assert api.republish(api.awards_of(learner.pk)[0].granted_at) == 2
    heard = consumer(4)
    assert len({one["id"] for one in heard}) == 4
    assert len({(one["type"], one["badge"]["uuid"], one["time"]) for one in heard}) == 2
