"""Several workers and requests at once, on a real server: one award, nothing stuck, nothing lost, nobody waits long."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from threading import Barrier, BrokenBarrierError, Event
from typing import Any

import pytest
from completion.models import BlockCompletion
from django.contrib.auth.models import User
from django.db import OperationalError, transaction
from django.db.models import F

from microcred_plugin import api
from microcred_plugin.awards import api as awards
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.definitions.models import Interest, Microcredential, Version
from microcred_plugin.definitions.versions import plans
from microcred_plugin.errors import MicrocredError
from microcred_plugin.evidence.models import Backfill, Pending, SweepRun
from microcred_plugin.flows.evaluate import evaluate
from microcred_plugin.flows.new_award import by_hand
from microcred_plugin.progress.models import Progress
from microcred_plugin.sandbox import learning
from tests.broker import Broker
from tests.faults import Stumbling
from tests.services.conftest import Together
from tests.world import World, completion, definition, holding, milestone, waiting

pytestmark = pytest.mark.services
Publish = Any
AT = datetime(2026, 1, 1, tzinfo=UTC)
GRADE = {"subsection_grade": {"block": "sequential@exam", "minimum": "0.70"}}


def _meet(parties: int) -> Callable[..., None]:
    """Wait for the others, but not for one that the database makes wait for us."""
    barrier = Barrier(parties)

    def wait(*args: Any) -> None:
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=1)

    return wait


@pytest.mark.parametrize("known", [False, True], ids=["first verdict", "later verdict"])
@pytest.mark.parametrize("workers", [2, 6])
def test_workers_who_judge_one_learner_at_once_award_once(
    world: World,
    learner: User,
    publish: Publish,
    broker: Broker,
    stumbling: type[Stumbling],
    together: Together,
    settings: Any,
    announced: list[tuple[str, str]],
    known: bool,
    workers: int,
) -> None:
    settings.MICROCRED_LEASE_SECONDS = 0  # every worker may take the row, as when each outlives its lease
    publish(milestones=[milestone("m", [completion("vertical@u1"), completion("vertical@u2")], badge=True)])
    if known:
        world.complete(learner, "html@h1")
        broker.work()
    world.complete(learner, "vertical@u1", "vertical@u2")
    row = Pending.objects.get()
    stumbling.when("enrolments", _meet(workers))
    together.run(*[lambda: evaluate(row.user_id, row.context, row.change)] * workers)
    stumbling.recover()
    broker.work()
    api.sweep()
    assert waiting() == 0
    assert sorted(Award.objects.values_list("milestone_key", flat=True)) == ["", "m"]
    assert AwardEvent.objects.count() == 2
    assert len(announced) == len(set(announced)) == 2
    assert Progress.objects.get().earned is True


def test_an_event_during_an_evaluation_is_neither_swallowed_nor_made_to_wait(
    world: World, learner: User, publish: Publish, broker: Broker, stumbling: type[Stumbling], together: Together
) -> None:
    publish(milestones=[milestone("m", [completion("vertical@u1"), completion("vertical@u2"), GRADE])])
    world.score(learner, "problem@p2", 10)
    broker.work()  # there is a row of progress, which the evaluation locks
    world.complete(learner, "vertical@u1")
    row = Pending.objects.get()
    reading, completed = Event(), Event()

    def pause(*args: Any) -> None:
        reading.set()
        completed.wait(10)

    def complete() -> float:
        reading.wait(10)
        stumbling.recover()
        begun = time.monotonic()
        with transaction.atomic():
            world.complete(learner, "vertical@u2")
        took = time.monotonic() - begun
        completed.set()
        return took

    stumbling.when("subsection_grades", pause)
    _, took = together.run(lambda: evaluate(row.user_id, row.context, row.change), complete)
    assert took < 5  # the evaluation went on only after the learner's commit
    assert waiting() == 0
    assert Award.objects.count() == 1


def test_an_event_that_is_not_committed_yet_is_judged_after_its_commit(
    world: World, learner: User, publish: Publish, broker: Broker, together: Together
) -> None:
    """The worker of an earlier event finishes while a later one is still in its request: the row must stay for it."""
    publish()
    world.complete(learner, "vertical@u1")
    row = Pending.objects.get()
    marked, go_on = Event(), Event()

    def request() -> None:
        with transaction.atomic():
            world.complete(learner, "vertical@u2")
            marked.set()
            go_on.wait(2)

    def work() -> bool:
        marked.wait(10)
        return evaluate(row.user_id, row.context, row.change)

    together.run(request, work)
    broker.work()
    assert waiting() == 0
    assert Award.objects.count() == 1


def test_granting_at_once_grants_once(world: World, learner: User, publish: Publish, together: Together) -> None:
    publish()
    (plan,) = plans([(Version.objects.get().pk, world.run)])
    new = by_hand(plan, learner.pk, AT, "So.")
    granted = together.run(*[lambda: awards.grant([new], reason="So.")] * 8)
    assert sorted(map(len, granted)) == [0] * 7 + [1]
    assert AwardEvent.objects.count() == 1


def test_one_change_of_state_wins(world: World, learner: User, publish: Publish, together: Together) -> None:
    publish()
    uuid = api.award(learner.pk, "basics", reason="So.").uuid

    def revoke() -> str:
        try:
            return str(api.revoke(uuid, reason="So.").state)
        except MicrocredError:
            return "refused"

    assert sorted(together.run(*[revoke] * 6)) == ["refused"] * 5 + ["revoked"]
    assert [event.kind for event in api.get_award(uuid).history] == ["granted", "revoked"]


def test_a_walk_is_done_once_by_many_sweeps(
    world: World, publish: Publish, broker: Broker, together: Together, settings: Any, announced: list[Any]
) -> None:
    settings.MICROCRED_BACKFILL_CHUNK = 3
    learners = [world.learner(f"learner{number}") for number in range(20)]
    for learner in learners:
        world.complete(learner, "vertical@u1", "vertical@u2")
    first = publish()
    publish("top", run=None, milestones=[milestone("m", [holding(first)])])
    reports = together.run(*[api.sweep] * 6)
    assert [report.failed for report in reports] == [0] * 6
    assert SweepRun.objects.count() == 1
    api.sweep()
    assert sum(report.backfills for report in reports) >= 2
    assert Award.objects.count() == AwardEvent.objects.count() == 40
    assert len(announced) == len(set(announced)) == 40
    assert not Backfill.objects.filter(finished_at=None, learners__gt=0).exists()
    assert (waiting(), list(api.reconcile())) == (0, [])


def test_drafts_saved_at_once_are_saved_once_each(world: World, together: Together) -> None:
    lock = api.save_draft(definition(), by=None, run=world.run).lock

    def save() -> int:
        try:
            return api.save_draft(definition(title="New"), by=None, lock=lock).lock
        except MicrocredError:
            return 0

    assert sorted(together.run(*[save] * 6)) == [0] * 5 + [lock + 1]


def test_a_microcredential_made_at_once_is_made_once(world: World, together: Together) -> None:
    def save() -> str:
        try:
            return str(api.save_draft(definition(), by=None, run=world.run).uuid)
        except MicrocredError:
            return ""

    found = set(together.run(*[save] * 6)) - {""}
    assert found == {str(Microcredential.objects.get().uuid)}


def test_a_publish_at_once_makes_one_version(world: World, learner: User, together: Together) -> None:
    world.complete(learner, "vertical@u1", "vertical@u2")
    api.save_draft(definition(), by=None, run=world.run)
    assert {data.version for data in together.run(*[lambda: api.publish("basics")] * 5)} == {1}
    api.sweep()
    assert Version.objects.count() == 1
    assert Interest.objects.count() == 3
    assert Award.objects.count() == 1


def test_a_deadlock_is_never_taken_for_a_saved_completion(
    world: World, learner: User, publish: Publish, broker: Broker, together: Together
) -> None:
    """Two requests of one learner wait for each other: whatever the database does, no request believes what is not so.

    The first has noted its event and wants a row that the second has; the second wants to note its event.
    """
    publish()
    first_marked, second_has_it = Event(), Event()

    def request(steps: list[Any]) -> bool:
        try:
            with transaction.atomic():
                for step in steps:
                    step()
        except OperationalError:
            return False
        return True

    def first() -> bool:
        return request(
            [
                lambda: world.complete(learner, "html@h1"),
                first_marked.set,
                lambda: second_has_it.wait(1.5),
                lambda: world.complete(learner, "html@h2"),
            ]
        )

    def second() -> bool:
        first_marked.wait(10)
        return request(
            [lambda: world.complete(learner, "html@h2"), second_has_it.set, lambda: world.complete(learner, "html@h3")]
        )

    saved = together.run(first, second)
    stored = learning.completed(learner.pk, world.run)
    expected = {world.key(leaf) for ok, leaves in zip(saved, LEAVES, strict=True) if ok for leaf in leaves}
    assert stored == expected
    assert any(saved)
    world.complete(learner, "vertical@u1", "vertical@u2")  # a client tries again
    broker.work()
    api.sweep()
    assert (waiting(), Award.objects.count()) == (0, 1)


LEAVES = (("html@h1", "html@h2"), ("html@h2", "html@h3"))


@pytest.mark.parametrize("seed", [1, 2])
def test_everything_at_once_ends_as_it_should(
    world: World, publish: Publish, together: Together, settings: Any, announced: list[tuple[str, str]], seed: int
) -> None:
    """Learners work, take back and go on; workers, sweeps, backfills and publishes run among them; then it is quiet."""
    settings.MICROCRED_INTEREST_TTL_SECONDS = 0
    settings.MICROCRED_BACKFILL_CHUNK = 3
    settings.MICROCRED_BACKOFF_SECONDS = 0
    settings.MICROCRED_MAX_ATTEMPTS = 50
    documents = [
        [milestone("a", [completion("vertical@u1")], badge=True), milestone("b", [completion(unit)])]
        for unit in ("vertical@u2", "vertical@u3")
    ]
    base = publish("base", milestones=documents[0])
    publish("strict", policy={"regression": "revoke"})
    publish("top", run=None, milestones=[milestone("m", [holding(base)])])
    learners = [world.learner(f"learner{number}") for number in range(8)]
    until = time.monotonic() + 4

    def study(learner: User) -> Callable[[], None]:
        choose = random.Random(f"{seed}{learner.username}")  # noqa: S311

        def work() -> None:
            leaves = ["html@h1", "html@h2", "html@h3", "html@h4", "problem@p1"]
            while time.monotonic() < until:
                if choose.random() < 0.3:
                    with transaction.atomic():  # a batch from a phone
                        world.complete(learner, *choose.sample(leaves, 3), completion=choose.choice([0.0, 1.0, 1.0]))
                else:
                    world.complete(learner, choose.choice(leaves), completion=choose.choice([0.0, 1.0, 1.0]))
            world.complete(learner, *leaves)

        return work

    def repeat(action: Callable[[], Any]) -> Callable[[], int]:
        def work() -> int:
            done = 0
            while time.monotonic() < until:
                action()
                done += 1
            return done

        return work

    turns = iter(range(10**6))

    def republish() -> None:
        publish("base", milestones=documents[next(turns) % 2])

    def walk() -> None:
        with suppress(OperationalError):  # a victim of a deadlock; its row says so, and it is tried again
            api.backfill("base")

    together.run(*map(study, learners), repeat(api.sweep), repeat(api.sweep), repeat(walk), repeat(republish))
    leaves = {world.key(leaf) for leaf in ("html@h1", "html@h2", "html@h3", "html@h4", "problem@p1")}
    for learner in learners:
        assert learning.completed(learner.pk, world.run) == leaves
    Backfill.objects.update(lease_until=None, due_at=AT)
    api.sweep()
    assert Pending.objects.exclude(parked_at=None).count() == 0
    assert waiting() == 0
    assert list(api.reconcile()) == []
    expected = {("base", ""), ("base", "a"), ("strict", ""), ("top", "")}
    for learner in learners:
        held = Award.objects.filter(user=learner)
        assert set(held.values_list("microcredential__slug", "milestone_key")) == expected
        assert set(held.values_list("state", flat=True)) == {"granted"}
    for award in Award.objects.prefetch_related("events"):
        kinds = [event.kind for event in award.events.all()]
        assert kinds == ["granted", *["revoked", "restored"] * (len(kinds) // 2)]
        told = [kind for kind, uuid in announced if uuid == str(award.uuid)]
        assert told == ["awarded", *["revoked", "awarded"] * (len(told) // 2)]
    current = Progress.objects.filter(version=F("version__microcredential__current_version"))
    assert current.count() == current.filter(earned=True).count() == 3 * len(learners)
    assert BlockCompletion.objects.filter(completion=1.0).count() == len(learners) * len(leaves)
