"""A sweep takes what waits when it begins, and what follows from that, and then it ends."""

from typing import Any

from microcred_plugin import api
from microcred_plugin.awards.models import Award
from microcred_plugin.evidence.models import Pending
from tests.broker import Broker, unreachable
from tests.faults import Stumbling
from tests.world import World, holding, milestone, waiting

CROWD = 30


def test_a_sweep_ends_though_learners_go_on_working(
    world: World, publish: Any, broker: Broker, stumbling: type[Stumbling]
) -> None:
    publish()
    early, late = world.learner("early"), [world.learner(f"late{number}") for number in range(CROWD)]
    broker.work()
    api.sweep()
    coming = iter(late)

    def another(*args: Any) -> None:
        learner = next(coming, None)
        if learner is not None:
            world.complete(learner, "vertical@u1", "vertical@u2")

    world.complete(early, "vertical@u1", "vertical@u2")
    stumbling.when("enrolments", another)  # whenever somebody is judged, somebody else completes something
    assert api.sweep().evaluated == 1
    assert Award.objects.filter(user=early).exists()
    stumbling.recover()
    for _ in range(CROWD):
        api.sweep()
    assert waiting() == 0


def test_one_sweep_is_enough_for_a_stack_of_stacks_without_a_broker(world: World, publish: Any) -> None:
    first = publish("first")
    second = publish("second", run=None, milestones=[milestone("m", [holding(first)])])
    publish("third", run=None, milestones=[milestone("m", [holding(second)])])
    learner = world.learner("ada")
    api.sweep()
    with unreachable():
        world.complete(learner, "vertical@u1", "vertical@u2")
        api.sweep()
    held = Award.objects.filter(user=learner).values_list("microcredential__slug", flat=True)
    assert set(held) == {"first", "second", "third"}
    assert not Pending.objects.exists()
