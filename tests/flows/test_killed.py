"""A process that dies before any statement of a flow: the sweep finishes its work, once, and nothing stays stuck.

The broker is down all the while, so nothing but the sweep heals; leases are over at once, so no test waits.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.utils.timezone import now

from microcred_plugin import api
from microcred_plugin.awards.models import Award, AwardEvent, Notice
from microcred_plugin.definitions import versions
from microcred_plugin.definitions.models import Interest, Microcredential, Version
from microcred_plugin.evidence import listening
from microcred_plugin.evidence.models import Backfill, Pending
from microcred_plugin.flows.backfill import run_backfill
from microcred_plugin.flows.evaluate import evaluate
from microcred_plugin.flows.notify import notify
from microcred_plugin.progress.models import Progress
from microcred_plugin.sandbox import learning
from microcred_plugin.structure import api as structure
from tests import broker as brokers
from tests.faults import kill_at_every_statement
from tests.world import World, completion, definition, holding, milestone, waiting

Publish = Any


@pytest.fixture(autouse=True)
def nobody_wakes(world: World, settings: Any) -> Iterator[None]:
    """No broker, and leases that are over at once."""
    settings.MICROCRED_LEASE_SECONDS = 0
    with brokers.unreachable():
        yield


def _heal() -> None:
    """Be the sweep in cron, in a process that has just started; further ones find nothing to do."""
    for module in (versions, listening, structure):
        module.forget()
    api.sweep()
    report = api.sweep()
    assert (report.evaluated, report.announced, report.parked, report.expired) == (0, 0, 0, 0)
    assert waiting() == 0
    assert not Notice.objects.exists()


def _ready(world: World, statement: int) -> User:
    """A learner who has done everything, with nobody having judged it yet."""
    learner = world.learner(f"learner{statement}")
    Pending.objects.all().delete()
    world.complete(learner, "vertical@u1", "vertical@u2")
    return learner


def _assert_awarded_once(learner: User, slugs: set[str], announced: list[tuple[str, str]]) -> None:
    awards = Award.objects.filter(user=learner)
    assert sorted(awards.values_list("microcredential__slug", flat=True)) == sorted(slugs)
    for award in awards:
        assert list(award.events.values_list("kind", flat=True)) == ["granted"]
        assert announced.count(("awarded", str(award.uuid))) == 1
    assert len(announced) == Award.objects.count()
    assert Progress.objects.filter(user=learner, earned=True).count() == len(slugs)


def test_a_worker_killed_before_any_statement_of_an_evaluation(
    world: World, publish: Publish, announced: list[tuple[str, str]]
) -> None:
    first = publish("first")
    publish("stack", run=None, milestones=[milestone("m", [holding(first)])])
    api.sweep()
    learners: list[User] = []

    def prepare(statement: int) -> Callable[[], Any]:
        learners.append(_ready(world, statement))
        (row,) = Pending.objects.filter(context=world.run)
        return lambda: evaluate(row.user_id, row.context, row.change)

    for _ in kill_at_every_statement(prepare):
        _heal()
        _assert_awarded_once(learners[-1], {"first", "stack"}, announced)
    assert len(learners) > 10


def test_the_sweep_itself_killed_before_any_statement(
    world: World, publish: Publish, announced: list[tuple[str, str]]
) -> None:
    first = publish("first")
    publish("stack", run=None, milestones=[milestone("m", [holding(first)])])
    api.sweep()
    learners: list[User] = []

    def prepare(statement: int) -> Callable[[], Any]:
        learners.append(_ready(world, statement))
        return api.sweep

    for _ in kill_at_every_statement(prepare):
        _heal()
        _assert_awarded_once(learners[-1], {"first", "stack"}, announced)
    assert len(learners) > 25


def test_a_worker_killed_while_it_follows_a_policy(
    world: World, publish: Publish, announced: list[tuple[str, str]]
) -> None:
    """Revoking: told once, with one line of history, and given back once when the work is there again."""
    publish(policy={"regression": "revoke"})
    learners: list[User] = []

    def prepare(statement: int) -> Callable[[], Any]:
        learners.append(_ready(world, statement))
        api.sweep()
        learning.reset(learners[-1], world.run)
        announced.clear()
        return api.sweep

    for _ in kill_at_every_statement(prepare):
        _heal()
        award = Award.objects.get(user=learners[-1])
        assert award.state == "revoked"
        assert list(award.events.values_list("kind", flat=True)) == ["granted", "revoked"]
        assert announced == [("revoked", str(award.uuid))]
        world.complete(learners[-1], "vertical@u1", "vertical@u2")
        _heal()
        award.refresh_from_db()
        assert award.state == "granted"
        assert announced == [("revoked", str(award.uuid)), ("awarded", str(award.uuid))]


def test_a_worker_killed_while_it_tells_of_an_award(
    world: World, publish: Publish, tracked: list[dict[str, Any]]
) -> None:
    """Told by both channels, and by each at most once more than once; when taken back, that is told, too."""
    publish()
    learners: list[User] = []

    def prepare(statement: int) -> Callable[[], Any]:
        learners.append(world.learner(f"learner{statement}"))
        award = Award.objects.get(uuid=api.award(learners[-1].pk, "basics", reason="So.").uuid)
        mail.outbox.clear()
        tracked.clear()
        return lambda: notify(award.pk)

    mailed: list[int] = []
    for _ in kill_at_every_statement(prepare):
        _heal()
        award = Award.objects.get(user=learners[-1])
        assert award.told_held is True
        assert {message.subject for message in mail.outbox} == {"You have earned “Basics”"}
        assert {event["name"] for event in tracked} == {"openedx.microcredentials.award.granted"}
        mailed.append(len(mail.outbox))
        assert len(tracked) <= 2
        api.revoke(award.uuid, reason="A mistake.")
        _heal()
        assert mail.outbox[-1].subject == "“Basics” is no longer valid"
        assert (len(mail.outbox), Award.objects.get(pk=award.pk).told_held) == (mailed[-1] + 1, False)
    assert len(mailed) > 12
    assert set(mailed) == {1, 2}  # twice, where it died between sending and noting it


def test_a_publish_killed_before_any_statement_has_happened_or_has_not(world: World, learner: User) -> None:
    world.complete(learner, "vertical@u1", "vertical@u2")

    def prepare(statement: int) -> Callable[[], Any]:
        slug = f"slug{statement}"
        api.save_draft(definition(slug), by=None, run=world.run)
        return lambda: api.publish(slug)

    steps = 0
    for steps in kill_at_every_statement(prepare):
        slug = f"slug{steps}"
        row = Microcredential.objects.get(slug=slug)
        listens = Interest.objects.filter(version__microcredential=row).exists()
        due = Backfill.objects.filter(microcredential=row).exists()
        numbers = list(Version.objects.filter(microcredential=row).values_list("num", flat=True))
        state = ("published", True, True, [1]) if numbers else ("draft", False, False, [])
        assert (row.state, listens, due, numbers) == state
        api.publish(slug)
        assert list(Version.objects.filter(microcredential=row).values_list("num", flat=True)) == [1]
        _heal()
        assert Award.objects.get(user=learner, microcredential=row).state == "granted"
    assert steps > 10


def test_a_second_publish_killed_before_any_statement_leaves_the_first_in_force(world: World, learner: User) -> None:
    world.publish()
    before = Interest.objects.count()

    def prepare(statement: int) -> Callable[[], Any]:
        api.save_draft(definition(units=["vertical@u3"], title=f"Attempt {statement}"), by=None, run=world.run)
        return lambda: api.publish("basics")

    for _ in kill_at_every_statement(prepare):
        row = Microcredential.objects.get()
        assert row.current_version is not None
        if row.current_version.num > 1:
            assert Version.objects.count() == 2
            return
        assert (row.title, Version.objects.count(), Interest.objects.count()) == ("Basics", 1, before)
    pytest.fail("It was never published.")


def test_a_draft_killed_before_any_statement_is_saved_whole_or_not_at_all(world: World) -> None:
    def prepare(statement: int) -> Callable[[], Any]:
        return lambda: api.save_draft(definition(f"slug{statement}"), by=None, run=world.run)

    for statement in kill_at_every_statement(prepare):
        for row in Microcredential.objects.filter(slug=f"slug{statement}"):
            assert row.draft.lock == 1
            assert row.offerings.count() == 1


def test_a_backfill_killed_before_any_statement_goes_on_where_it_was(
    world: World, settings: Any, announced: list[tuple[str, str]]
) -> None:
    settings.MICROCRED_BACKFILL_CHUNK = 2
    learners = [world.learner(f"learner{number}") for number in range(5)]
    for learner in learners[1:]:
        world.complete(learner, "vertical@u1", "vertical@u2")

    def prepare(statement: int) -> Callable[[], Any]:
        slug = f"slug{statement}"
        world.publish(slug)
        Backfill.objects.filter(due_at__gt=now()).delete()  # the late one would mend what the first leaves
        pk = Backfill.objects.get(finished_at=None).pk
        return lambda: run_backfill(pk)

    steps = 0
    for steps in kill_at_every_statement(prepare):
        _heal()
        awards = Award.objects.filter(microcredential__slug=f"slug{steps}")
        assert set(awards.values_list("user_id", flat=True)) == {learner.pk for learner in learners[1:]}
        walk = Backfill.objects.get(microcredential__slug=f"slug{steps}")
        assert walk.finished_at is not None
        assert walk.lease_until is None
        assert walk.cursor == learners[-1].pk
    assert steps > 20
    assert len(announced) == Award.objects.count()
    assert AwardEvent.objects.count() == Award.objects.count()


@pytest.mark.parametrize("verb", ["hold", "revoke", "restore", "award", "confirm"])
def test_a_verb_of_staff_killed_before_any_statement_is_done_or_not(world: World, verb: str) -> None:
    manual = {"manual": {"prompt": "Reviewed."}}
    world.publish(milestones=[milestone("m", [completion("vertical@u1")]), milestone("seen", [manual])])
    learners: list[User] = []

    def run() -> Any:
        learner = learners[-1]
        if verb == "confirm":
            return api.confirm(learner.pk, "basics", "seen", reason="Seen.")
        if verb == "award":
            return api.award(learner.pk, "basics", reason="Because.")
        return getattr(api, verb)(Award.objects.get(user=learner).uuid, reason="Because.")

    def prepare(statement: int) -> Callable[[], Any]:
        learners.append(world.learner(f"learner{statement}"))
        if verb in ("hold", "revoke", "restore"):
            award = api.award(learners[-1].pk, "basics", reason="To begin with.")
            if verb == "restore":
                api.revoke(award.uuid, reason="To begin with.")
        return run

    for _ in kill_at_every_statement(prepare):
        _heal()
        for award in Award.objects.filter(user=learners[-1]):
            lines = list(award.events.values_list("kind", flat=True))
            state = {"granted": "granted", "held": "held", "revoked": "revoked", "restored": "granted"}[lines[-1]]
            assert award.state == state
            assert award.to_announce_since is None
