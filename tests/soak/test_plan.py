"""A seed brings back the same learners and the same deaths, and every run has some of each."""

from collections import Counter

import pytest

from soak import faults, learners
from soak.learners import Do, Kind, kind_of
from soak.options import Setup
from soak.rules import EARNS, LEAVES

SETUP = Setup(seconds=60, learners=400, seed=7)


def test_the_same_seed_brings_the_same_and_another_seed_another_run():
    other = Setup(seconds=60, learners=400, seed=8)
    assert learners.steps(SETUP) == learners.steps(SETUP) != learners.steps(other)
    assert faults.plan(SETUP) == faults.plan(SETUP) != faults.plan(other)


def test_there_are_learners_of_every_kind():
    assert set(Counter(kind_of(SETUP, learner) for learner in range(SETUP.learners))) == set(Kind)


def test_every_step_is_within_the_time_and_asks_for_leaves_that_are_there():
    for step in learners.steps(SETUP):
        assert 0 <= step.at <= SETUP.seconds + 3
        assert set(step.leaves) <= set(range(LEAVES))
        assert 0 <= step.driver < SETUP.drivers
        assert step.leaves or step.do is Do.LOOK


def of_kind(kind: Kind) -> list[list[learners.Step]]:
    by_learner: dict[int, list[learners.Step]] = {}
    for step in learners.steps(SETUP):
        by_learner.setdefault(step.learner, []).append(step)
    return [own for learner, own in by_learner.items() if kind_of(SETUP, learner) is kind]


@pytest.mark.parametrize("kind", [Kind.FINISHES, Kind.TWO_DEVICES, Kind.TAKES_BACK, Kind.WAVERS, Kind.STRANGER])
def test_whose_kind_finishes_does_enough(kind):
    for own in of_kind(kind):
        done: set[int] = set()
        for step in own:
            done = done | set(step.leaves) if step.do is Do.COMPLETE else done - set(step.leaves)
        done |= {leaf for step in own if step.do is Do.UNDO_WHEN_HELD for leaf in step.leaves}
        assert all(earns(done) for earns in EARNS.values())


def test_some_do_not_finish():
    ends = [{leaf for step in own for leaf in step.leaves} for own in of_kind(Kind.PARTLY)]
    assert any(all(earns(done) for earns in EARNS.values()) for done in ends)
    assert any(not any(earns(done) for earns in EARNS.values()) for done in ends)


def test_two_devices_are_two_processes():
    assert all(len({step.driver for step in own}) > 1 for own in of_kind(Kind.TWO_DEVICES))


def test_who_loses_completions_does_all_in_one_process_so_that_their_order_is_known():
    for kind in (Kind.TAKES_BACK, Kind.WAVERS, Kind.FLEETING):
        assert all(len({step.driver for step in own}) == 1 for own in of_kind(kind))


@pytest.mark.parametrize("seconds", [30, 45, 150, 600])
@pytest.mark.parametrize("seed", range(5))
def test_broker_and_workers_die_within_the_time_whatever_the_seed(seconds, seed):
    setup = Setup(seconds=seconds, learners=10, seed=seed)
    planned = faults.plan(setup)
    assert planned == sorted(planned)
    assert all(0 < fault.at < seconds and 0 <= fault.worker < setup.workers for fault in planned)
    deaths = {fault.death for fault in planned}
    assert any(death.of_broker for death in deaths)
    assert {faults.Death.WORKER_KILLED, faults.Death.PROCESS_KILLED} <= deaths
