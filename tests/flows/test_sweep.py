"""The sweep as cron runs it: within its time, beside others, and telling what failed."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.timezone import now

from microcred_plugin import api
from microcred_plugin.awards.models import Award
from microcred_plugin.evidence.models import Backfill, SweepRun
from microcred_plugin.flows import sweep as flow
from tests.broker import Broker
from tests.faults import Stumbling
from tests.world import World

Publish = Any
UNITS = ("vertical@u1", "vertical@u2")


@pytest.fixture
def slow(world: World, stumbling: type[Stumbling]) -> Iterator[type[Stumbling]]:
    """A platform that takes a fifth of a second for each question about enrolments."""
    stumbling.when("enrolments", lambda *args: time.sleep(0.2))
    return stumbling


def _five_wait(world: World) -> None:
    for number in range(5):
        world.complete(world.learner(f"learner{number}"), *UNITS)


def test_after_its_time_a_sweep_begins_nothing_further_and_the_next_goes_on(
    world: World, publish: Publish, broker: Broker, slow: type[Stumbling]
) -> None:
    publish()
    Backfill.objects.all().delete()
    _five_wait(world)
    first = api.sweep(0.3)
    assert 0 < first.evaluated < 5
    assert (first.finished, first.failed) == (False, 0)
    rest = api.sweep(60)
    assert (first.evaluated + rest.evaluated, rest.finished) == (5, True)
    assert Award.objects.count() == 5


def test_a_backfill_stops_after_its_chunk_when_the_time_is_over(
    world: World, publish: Publish, broker: Broker, slow: type[Stumbling], settings: Any
) -> None:
    settings.MICROCRED_BACKFILL_CHUNK = 1
    _five_wait(world)
    publish()
    Backfill.objects.filter(due_at__gt=now()).delete()
    assert not api.sweep(0.3).finished
    (row,) = Backfill.objects.all()
    assert 0 < row.learners < 5
    assert (row.finished_at, row.lease_until) == (None, None)
    api.sweep()
    row.refresh_from_db()
    assert (row.learners, row.finished_at is None) == (5, False)


def test_a_sweep_without_a_limit_looks_at_everything(world: World, publish: Publish, broker: Broker) -> None:
    publish()
    _five_wait(world)
    report = api.sweep()
    assert (report.evaluated, report.finished) == (5, True)


def test_the_end_of_each_sweep_is_noted_in_one_row(world: World) -> None:
    assert not SweepRun.objects.exists()
    before = now()
    api.sweep()
    api.sweep(1)
    (row,) = SweepRun.objects.all()
    assert before < row.finished_at <= now()


def test_what_fails_is_counted_and_keeps_nothing_back(
    world: World, publish: Publish, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    _five_wait(world)
    api.sweep()
    real, failing = flow.announce, Award.objects.order_by("pk")[2].pk
    Award.objects.update(to_announce_since=now(), announced_state="")

    def announce(pk: int) -> bool:
        if pk == failing:
            raise ConnectionError("The bus is down.")
        return real(pk)

    monkeypatch.setattr(flow, "announce", announce)
    report = api.sweep()
    assert (report.announced, report.failed, report.finished) == (4, 1, True)
