"""A learner is forgotten while workers are at it, on a real server: whoever comes last, nothing of them is left."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from microcred_plugin import api
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.errors import MicrocredError
from microcred_plugin.evidence import gates
from microcred_plugin.evidence.models import Backfill, Confirmation, Pending
from microcred_plugin.flows.evaluate import evaluate
from microcred_plugin.progress.models import Progress
from microcred_plugin.sandbox import learning
from tests.broker import Broker
from tests.faults import Stumbling
from tests.services.conftest import Together
from tests.world import World, completion, milestone, waiting

pytestmark = pytest.mark.services
Publish = Any
Work = Callable[[User], Any]
ABOUT = (Progress, Award, Confirmation)


def _held(user: User, *models: Any) -> int:
    return sum(model.objects.filter(user_id=user.pk).count() for model in models or (*ABOUT, Pending))


def _evaluate(user: User) -> Any:
    row = Pending.objects.get(user_id=user.pk)
    return evaluate(row.user_id, row.context, row.change)


def _backfill(user: User) -> Any:
    return api.backfill("basics")


def _reconcile(user: User) -> Any:
    return list(api.reconcile("basics", fix=True))


WORKERS: dict[str, Work] = {"evaluation": _evaluate, "backfill": _backfill, "reconciliation": _reconcile}


@pytest.mark.parametrize("known", [False, True], ids=["first verdict", "later verdict"])
@pytest.mark.parametrize("work", WORKERS.values(), ids=WORKERS)
def test_who_judges_when_the_retirement_comes_is_waited_for_and_leaves_nothing(
    world: World,
    learner: User,
    publish: Publish,
    broker: Broker,
    stumbling: type[Stumbling],
    together: Together,
    work: Work,
    known: bool,
) -> None:
    _ready(world, learner, publish, broker, known)
    judging, go_on = Event(), Event()

    def pause(*args: Any) -> None:
        judging.set()
        go_on.wait(10)

    # The reconciliation judges once outside of a transaction, to find what differs, and once inside.
    turns = iter([lambda *args: None, pause] if work is _reconcile else [pause])
    stumbling.when("enrolments", lambda *args: next(turns, lambda *args: None)(*args))
    worker = together.start(lambda: work(learner))
    assert judging.wait(10)
    retirement = together.start(lambda: _retire(learner))
    time.sleep(0.5)
    assert not retirement.done()  # it waits for the worker, who is in the middle
    go_on.set()
    worker.result(timeout=30)
    retirement.result(timeout=30)
    _assert_gone(learner, broker)


@pytest.mark.parametrize("work", WORKERS.values(), ids=WORKERS)
def test_who_comes_while_the_retirement_is_not_committed_waits_and_stores_nothing(
    world: World, learner: User, publish: Publish, broker: Broker, together: Together, work: Work
) -> None:
    _ready(world, learner, publish, broker, False)
    erased, go_on = Event(), Event()
    hold = Pending.objects.filter(user_id=learner.pk)
    change = hold.get().change

    def retire() -> None:
        with transaction.atomic():  # the platform's request
            api.forget_user(learner.pk)
            erased.set()
            go_on.wait(10)

    def late() -> Any:
        # The worker claimed its row before; what it claimed is gone when it comes to its end.
        return evaluate(learner.pk, world.run, change) if work is _evaluate else work(learner)

    retirement = together.start(retire)
    assert erased.wait(10)
    worker = together.start(late)
    time.sleep(0.5)
    assert not worker.done()
    go_on.set()
    retirement.result(timeout=30)
    worker.result(timeout=30)
    _assert_gone(learner, broker)


def test_staff_who_award_or_confirm_at_that_moment_are_refused_or_were_first(
    world: World, publish: Publish, broker: Broker, together: Together
) -> None:
    publish(milestones=[milestone("seen", [{"manual": {"prompt": "Reviewed."}}])])
    learners = [world.learner(f"learner{number}") for number in range(10)]

    def by_hand(user: User) -> Callable[[], None]:
        def act() -> None:
            with suppress(MicrocredError):
                api.award(user.pk, "basics", reason="So.")
                api.confirm(user.pk, "basics", "seen", reason="So.")

        return act

    for learner in learners:
        together.run(by_hand(learner), lambda learner=learner: _retire(learner), by_hand(learner))
        _assert_gone(learner, broker)


def test_a_learner_who_goes_through_the_same_gate_is_not_waited_for(
    world: World, learner: User, publish: Publish, broker: Broker, stumbling: type[Stumbling], together: Together
) -> None:
    """Sharers do not wait for sharers; and a retirement waits only for those who are in."""
    publish()
    neighbour = User.objects.create_user("neighbour", id=learner.pk + gates.COUNT)
    learning.enrol(neighbour, world.run)
    for user in (learner, neighbour):
        world.complete(user, "vertical@u1", "vertical@u2")
    judging, go_on = Event(), Event()

    def pause(user_ids: Any, runs: Any) -> None:
        if learner.pk in user_ids:
            judging.set()
            go_on.wait(10)

    stumbling.when("enrolments", pause)
    first = together.start(lambda: _evaluate(learner))
    assert judging.wait(10)
    assert together.start(lambda: _evaluate(neighbour)).result(timeout=5) is True
    go_on.set()
    first.result(timeout=30)
    assert Award.objects.count() == 2


def test_learners_of_one_gate_are_forgotten_at_once(world: World, publish: Publish, together: Together) -> None:
    publish()
    learners = [User.objects.create_user(f"user{number}", id=7 + number * gates.COUNT) for number in range(1, 9)]
    for user in learners:
        learning.enrol(user, world.run)
        world.complete(user, "vertical@u1", "vertical@u2")
    assert Award.objects.count() == 8
    together.run(*[lambda user=user: _retire(user) for user in learners])
    assert (Award.objects.count(), Progress.objects.count()) == (0, 0)
    assert all(gates.is_forgotten(user.pk) for user in learners)


def test_a_learners_own_work_does_not_wait_for_the_gate(
    world: World, learner: User, publish: Publish, broker: Broker, together: Together
) -> None:
    publish()
    held, go_on = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            gates.shut(learner.pk)
            held.set()
            go_on.wait(10)

    holder = together.start(hold)
    assert held.wait(10)
    together.start(lambda: world.complete(learner, "vertical@u1")).result(timeout=5)
    go_on.set()
    holder.result(timeout=30)


def test_erasing_who_acted_locks_no_history_but_theirs(world: World, publish: Publish, together: Together) -> None:
    """There is no index over actors: a plain update would lock every line of history, and with it all who award."""
    publish()
    staff, others = User.objects.create_user("staff"), [world.learner(f"learner{number}") for number in range(4)]
    api.award(others[0].pk, "basics", reason="So.", by=staff.pk)
    api.award(others[1].pk, "basics", reason="So.")
    erased, go_on = Event(), Event()

    def retire() -> None:
        with transaction.atomic():
            api.forget_user(staff.pk)
            erased.set()
            go_on.wait(10)

    retirement = together.start(retire)
    assert erased.wait(10)
    together.start(lambda: api.award(others[2].pk, "basics", reason="So.")).result(timeout=5)
    go_on.set()
    retirement.result(timeout=30)
    assert sorted(AwardEvent.objects.values_list("actor_id", flat=True), key=str) == [0, None, None]


@pytest.mark.parametrize("seed", [1, 2])
def test_in_the_middle_of_everything_the_retired_are_gone_and_all_others_have_theirs(
    world: World, publish: Publish, together: Together, settings: Any, seed: int
) -> None:
    settings.MICROCRED_INTEREST_TTL_SECONDS = 0
    settings.MICROCRED_BACKFILL_CHUNK = 5
    settings.MICROCRED_BACKOFF_SECONDS = 0
    settings.MICROCRED_MAX_ATTEMPTS = 50
    parts = [milestone("a", [completion("vertical@u1")], badge=True), milestone("b", [completion("vertical@u2")])]
    publish(milestones=parts, policy={"regression": "revoke"})
    learners = [world.learner(f"learner{number}") for number in range(16)]
    retiring, staying = learners[::2], learners[1::2]
    until = time.monotonic() + 4
    choose = random.Random(seed)  # noqa: S311

    def study(user: User) -> Callable[[], None]:
        own = random.Random(f"{seed}{user.username}")  # noqa: S311

        def work() -> None:
            while time.monotonic() < until:
                leaf = own.choice(["html@h1", "html@h2", "html@h3"])
                world.complete(user, leaf, completion=own.choice([0.0, 1.0, 1.0]))
            world.complete(user, "html@h1", "html@h2", "html@h3")

        return work

    def repeat(action: Callable[[], Any]) -> Callable[[], None]:
        def work() -> None:
            while time.monotonic() < until:
                with suppress(OperationalError):
                    action()

        return work

    def retire() -> None:
        for user in retiring:
            time.sleep(choose.random() * 0.4)
            _retire(user)  # must never fail

    together.run(
        *map(study, learners[:10]), retire, repeat(api.sweep), repeat(api.sweep), repeat(lambda: _backfill(learners[0]))
    )
    for user in learners[10:]:
        study(user)()
    Backfill.objects.update(lease_until=None)
    api.sweep()
    assert waiting() == 0
    assert [_held(user) for user in retiring] == [0] * 8
    assert AwardEvent.objects.filter(award__user__in=retiring).count() == 0
    for user in staying:
        assert set(Award.objects.filter(user=user).values_list("milestone_key", "state")) == {
            ("", "granted"),
            ("a", "granted"),
        }
    assert list(api.reconcile()) == []


def test_the_statement_through_the_gate_locks_in_the_way_of_this_database(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    world.complete(learner, "html@h1")
    with CaptureQueriesContext(connection) as asked:
        _evaluate(learner)
    (gate,) = (query["sql"] for query in asked.captured_queries if "microcred_plugin_gate" in query["sql"])
    assert ("FOR SHARE" if connection.vendor == "postgresql" else "LOCK IN SHARE MODE") in gate


def _ready(world: World, learner: User, publish: Publish, broker: Broker, known: bool) -> None:
    publish(milestones=[milestone("m", [completion("vertical@u1"), completion("vertical@u2")], badge=True)])
    broker.work()
    if known:
        world.complete(learner, "html@h1")
        broker.work()
    world.complete(learner, "vertical@u1", "vertical@u2")
    broker.take()


def _retire(user: User) -> None:
    with transaction.atomic():  # the platform's request
        api.forget_user(user.pk)


def _assert_gone(learner: User, broker: Broker) -> None:
    Stumbling.recover()
    assert _held(learner, *ABOUT) == 0
    broker.work()
    api.sweep()
    assert _held(learner) == 0
    assert AwardEvent.objects.filter(award__user=learner).count() == 0
