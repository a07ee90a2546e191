"""A worker that takes a learner's row waits for nobody else's: not for one whose request is still open."""

import time
from threading import Event

import pytest
from django.db import transaction

from microcred_plugin.evidence import outbox
from microcred_plugin.evidence.models import Pending
from tests.broker import Broker
from tests.services.conftest import Together
from tests.world import World

pytestmark = pytest.mark.services


@pytest.mark.parametrize("judged", [False, True], ids=["who waits", "who was judged already"])
def test_a_claim_waits_for_no_other_learners_open_request(
    world: World, publish, broker: Broker, together: Together, judged: bool
) -> None:
    publish()
    slow, quick = world.learner("slow"), world.learner("quick")
    broker.work()
    world.complete(quick, "vertical@u1")
    row = Pending.objects.get(user_id=quick.pk)
    if judged:
        broker.work()
    marked, go_on = Event(), Event()

    def request() -> None:
        with transaction.atomic():
            world.complete(slow, "vertical@u1")
            marked.set()
            go_on.wait(5)

    def work() -> float:
        marked.wait(10)
        began = time.monotonic()
        assert (outbox.claim(row.user_id, row.context, row.change) is None) is judged
        took = time.monotonic() - began
        go_on.set()
        return took

    _, took = together.run(request, work)
    assert took < 2


def test_unparking_waits_for_no_open_request(world: World, publish, broker: Broker, together: Together) -> None:
    publish()
    slow, poison = world.learner("slow"), world.learner("poison")
    broker.work()
    outbox.mark(poison.pk, world.run)
    Pending.objects.update(attempts=6, parked_at="2026-01-01T00:00:00+00:00")
    marked, go_on = Event(), Event()

    def request() -> None:
        with transaction.atomic():
            world.complete(slow, "vertical@u1")
            marked.set()
            go_on.wait(5)

    def operate() -> float:
        marked.wait(10)
        began = time.monotonic()
        assert outbox.unpark() == 1
        took = time.monotonic() - began
        go_on.set()
        return took

    _, took = together.run(request, operate)
    assert took < 2
