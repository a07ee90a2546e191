"""After an outage of the broker: the wake-ups that were never sent are made up for by the first task that is."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from microcred_plugin import api, dispatch
from microcred_plugin.awards.models import Award, Notice
from microcred_plugin.evidence.models import Backfill, Pending
from microcred_plugin.flows.catch_up import catch_up
from tests import broker as brokers
from tests.broker import Broker
from tests.world import World, waiting

Publish = Any
UNITS = ("vertical@u1", "vertical@u2")


@contextmanager
def outage() -> Iterator[None]:
    """Have no broker for a while, long enough for it to be tried again afterwards."""
    with brokers.unreachable():
        yield
    dispatch._rest_until = 0.0


def names(messages: list[brokers.Message]) -> list[str]:
    return [message.task for message in messages]


def test_the_first_task_after_an_outage_is_followed_by_one_that_does_what_waits(
    world: World, publish: Publish, broker: Broker, announced: list[Any]
) -> None:
    publish()
    broker.work()
    ada, grace, joan = (world.learner(name) for name in ("ada", "grace", "joan"))
    broker.work()
    with outage():
        for learner in (ada, grace):
            world.complete(learner, *UNITS)
    assert (waiting(), broker.take()) == (2, [])
    world.complete(joan, "html@h1")
    messages = broker.take()
    assert names(messages) == ["evaluate", "catch_up"]
    broker.run(messages)
    broker.work()
    assert waiting() == 0
    assert set(Award.objects.values_list("user_id", flat=True)) == {ada.pk, grace.pk}
    assert (len(announced), len(mail.outbox), Notice.objects.count()) == (2, 2, 0)
    world.complete(joan, "html@h2")
    assert names(broker.take()) == ["evaluate"]  # it is made up for once


def test_it_does_all_that_waits_not_only_learners(
    world: World, learner: User, publish: Publish, broker: Broker, announced: list[Any]
) -> None:
    broker.work()
    with outage():
        world.complete(learner, *UNITS)
        publish()
        assert Backfill.objects.filter(finished_at=None).exists()
    dispatch.start("catch_up")
    broker.work()
    assert (len(announced), Award.objects.count(), Notice.objects.count()) == (1, 1, 0)
    with outage():
        award = Award.objects.get()
        api.revoke(award.uuid, reason="A mistake.")
    dispatch.start("refresh_structure", world.run)
    broker.work()
    assert [kind for kind, _ in announced] == ["awarded", "revoked"]
    assert not Notice.objects.exists()


def test_what_is_more_than_one_task_does_at_once_is_done_by_the_next(
    world: World, publish: Publish, broker: Broker
) -> None:
    publish()
    broker.work()
    for number in range(5):
        world.complete(world.learner(f"learner{number}"), *UNITS)
    broker.take()
    oldest = list(Pending.objects.order_by("changed_at").values_list("user_id", flat=True)[:2])
    assert catch_up(2) >= 2
    assert sorted(Award.objects.values_list("user_id", flat=True)) == oldest
    messages = broker.take()
    assert "catch_up" in names(messages)
    broker.run(messages)
    broker.work()
    assert (waiting(), Award.objects.count(), Notice.objects.count()) == (0, 5, 0)


def test_without_an_outage_nothing_is_caught_up(world: World, learner: User, publish: Publish, broker: Broker) -> None:
    publish()
    world.complete(learner, *UNITS)
    assert "catch_up" not in names(broker.take())


def test_remembering_an_outage_costs_the_caller_no_query(world: World, broker: Broker) -> None:
    with CaptureQueriesContext(connection) as asked:
        with outage():
            dispatch.start("refresh_structure", world.run)
            dispatch.start("refresh_structure", world.run)
        dispatch.start("refresh_structure", world.run)
    assert len(asked) == 0
    assert names(broker.take()) == ["refresh_structure", "catch_up"]


def test_a_catching_up_that_cannot_be_sent_either_follows_later(
    world: World, broker: Broker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    with outage():
        dispatch.start("refresh_structure", world.run)
    with monkeypatch.context() as patch:
        patch.delitem(broker.app.tasks, "microcred_plugin.tasks.catch_up")
        dispatch.start("refresh_structure", world.run)
    assert names(broker.take()) == ["refresh_structure"]
    dispatch._rest_until = 0.0
    dispatch.start("refresh_structure", world.run)
    assert names(broker.take()) == ["refresh_structure", "catch_up"]
