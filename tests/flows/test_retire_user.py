"""A learner is forgotten: all of it, in one piece, for ever, and nobody else loses anything."""

from collections.abc import Callable
from typing import Any

import pytest
from completion.models import BlockCompletion
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from microcred_plugin import api, handlers
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.compat.edxapp import hearing
from microcred_plugin.definitions.models import Draft, Version
from microcred_plugin.errors import NotAllowed
from microcred_plugin.evidence import gates
from microcred_plugin.evidence.models import Backfill, Confirmation, Gate, Pending
from microcred_plugin.flows.backfill import run_backfill
from microcred_plugin.flows.evaluate import evaluate
from microcred_plugin.flows.personal import HOLDINGS
from microcred_plugin.progress.models import Progress
from microcred_plugin.sandbox import learning, signals
from tests.broker import Broker
from tests.faults import Stumbling, kill_at_every_statement, once, without_table
from tests.person import ID, SECRET, actors, everywhere, traces, wait
from tests.world import World, waiting

Publish = Any
ABOUT = (Progress, Award, Confirmation)


def held(user: User) -> int:
    """Count what is stored about a learner."""
    return sum(model.objects.filter(user_id=user.pk).count() for model in (*ABOUT, Pending))  # type: ignore[attr-defined]


def test_a_person_who_is_everywhere_is_nowhere_afterwards(world: World) -> None:
    everywhere(world)
    assert all(api.forget_user(ID, dry_run=True).values()), "the test does not reach every part"
    handlers.on_user_retired(sender=None, user=User.objects.get(pk=ID))
    assert traces(ID, SECRET) == ["Gate.forgotten"]


def test_others_keep_everything_and_a_person_who_acted_stays_a_person(world: World) -> None:
    everywhere(world)
    grace = User.objects.get(username="grace")
    before = {model: model.objects.filter(user=grace).count() for model in (Award, Confirmation)}  # type: ignore[attr-defined]
    api.forget_user(ID)
    assert before == {model: model.objects.filter(user=grace).count() for model in before}  # type: ignore[attr-defined]
    (award,) = (award for award in api.awards_of(grace.pk) if award.slug == "other")
    assert [(event.kind, event.actor_id) for event in award.history] == [("granted", 0)]  # None would be the plugin
    assert ID not in actors()
    assert set(Version.objects.values_list("created_by_id", flat=True)) == {0}
    assert set(Draft.objects.values_list("modified_by_id", flat=True)) == {None}
    assert api.publish("basics").version == 1  # the version is what it was


def test_forgetting_again_finds_nothing_and_is_no_error(world: World) -> None:
    everywhere(world)
    assert sum(api.forget_user(ID).values()) > 9
    assert set(api.forget_user(ID).values()) == {0}
    assert Gate.objects.exclude(forgotten="").get().forgotten == f" {ID} "


def test_what_came_back_by_other_hands_goes_the_second_time(world: World) -> None:
    """A restored backup, for example."""
    ada = everywhere(world)
    api.forget_user(ID)
    wait(ada, world)
    assert api.forget_user(ID)["waiting"] == 1
    assert traces(ID) == ["Gate.forgotten"]


def test_somebody_of_whom_nothing_is_held_can_be_forgotten(world: World) -> None:
    assert set(api.forget_user(ID).values()) == {0}
    assert gates.is_forgotten(ID)


def test_a_dry_run_counts_and_erases_nothing(world: World) -> None:
    everywhere(world)
    before = traces(ID, SECRET)
    counted = api.forget_user(ID, dry_run=True)
    assert traces(ID, SECRET) == before
    assert not gates.is_forgotten(ID)
    assert counted == api.forget_user(ID)


def test_what_stays_in_the_platform_awards_nothing_again(
    world: World, learner: User, publish: Publish, announced: list[Any]
) -> None:
    """The completions and the enrolment stay; later events, walks and mending find nobody to judge."""
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    assert Award.objects.get().user_id == learner.pk
    api.forget_user(learner.pk)
    world.complete(learner, "vertical@u1", completion=0.0)
    world.complete(learner, "vertical@u1")
    learning.enrol(learner, world.run, "verified")
    publish("second")
    api.sweep()
    api.backfill()
    assert list(api.reconcile(fix=True)) == []
    assert BlockCompletion.objects.filter(user=learner, completion=1.0).count() == 3
    assert held(learner) == 0
    assert [kind for kind, _ in announced] == ["awarded"]


def test_a_forgotten_learner_is_not_counted_where_only_reading_is_done(
    world: World, learner: User, publish: Publish
) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    api.forget_user(learner.pk)
    assert [report.awards for report in api.backfill(dry_run=True)] == [0]
    assert list(api.reconcile()) == []
    assert api.simulate("basics", world.run).learners == 0


def test_nobody_can_award_or_confirm_a_forgotten_learner_by_hand(world: World) -> None:
    everywhere(world)
    api.forget_user(ID)
    with pytest.raises(NotAllowed, match="was retired"):
        api.award(ID, "other", reason="So.")
    with pytest.raises(NotAllowed, match="was retired"):
        api.confirm(ID, "basics", "seen", reason="So.")
    assert traces(ID) == ["Gate.forgotten"]


def test_the_neighbours_of_a_forgotten_learner_go_on(world: World, publish: Publish) -> None:
    """Who goes through the same gate, or has an id that looks alike, is somebody else."""
    publish()
    for pk in (5, 5 + gates.COUNT, 15, 51):
        user = User.objects.create_user(f"user{pk}", id=pk)
        learning.enrol(user, world.run)
    api.forget_user(5)
    for user in User.objects.all():
        world.complete(user, "vertical@u1", "vertical@u2")
    assert sorted(Award.objects.values_list("user_id", flat=True)) == [15, 51, 5 + gates.COUNT]


# At the same time as a worker; with several connections: tests/services/test_forgetting.py


def test_a_wake_up_from_before_finds_nobody(world: World, learner: User, publish: Publish, broker: Broker) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    messages = broker.take()
    api.forget_user(learner.pk)
    broker.run(messages)
    assert held(learner) == 0


def test_an_event_that_a_learner_leaves_after_it_is_gone_with_the_next_worker(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    api.forget_user(learner.pk)
    world.complete(learner, "vertical@u1", "vertical@u2")
    assert waiting() == 1  # the learner's request asks nobody: it costs what it costs
    broker.work()
    assert held(learner) == 0


def test_a_chunk_of_a_backfill_that_was_read_before_leaves_them_out(
    world: World, learner: User, stumbling: type[Stumbling]
) -> None:
    other = world.learner("other")
    for user in (learner, other):
        world.complete(user, "vertical@u1", "vertical@u2")
    stumbling.when("learners answered", once(lambda: api.forget_user(learner.pk)))
    world.publish()
    for pk in Backfill.objects.filter(finished_at=None).values_list("pk", flat=True):
        run_backfill(pk)
    assert list(Award.objects.values_list("user_id", flat=True)) == [other.pk]
    assert held(learner) == 0


def test_an_award_that_was_not_announced_yet_never_is(
    world: World, learner: User, publish: Publish, broker: Broker, announced: list[Any]
) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    broker.run(broker.take())  # which leaves the announcement in the broker
    assert Award.objects.get().to_announce_since
    api.forget_user(learner.pk)
    broker.work()
    api.sweep()
    assert announced == []


def test_nobody_is_told_that_an_award_was_revoked(
    world: World, learner: User, publish: Publish, announced: list[Any]
) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    announced.clear()
    api.forget_user(learner.pk)
    api.sweep()
    assert announced == []


def test_going_through_the_gate_costs_an_evaluation_no_query(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    world.complete(learner, "html@h1")
    row = Pending.objects.get()
    with CaptureQueriesContext(connection) as asked:
        evaluate(row.user_id, row.context, row.change)
    (gate,) = (query["sql"] for query in asked.captured_queries if "microcred_plugin_gate" in query["sql"])
    assert "microcred_plugin_interest" in gate


def test_gates_that_are_missing_are_made(world: World, learner: User, publish: Publish, broker: Broker) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    Gate.objects.all().delete()
    broker.work()
    assert Award.objects.count() == 1
    Gate.objects.all().delete()
    assert [report.awards for report in api.backfill()] == [0]
    assert list(Gate.objects.values_list("number", flat=True)) == [learner.pk % gates.COUNT]
    Gate.objects.all().delete()
    api.forget_user(learner.pk)
    assert held(learner) == 0


# When it goes wrong


def test_an_erasure_that_fails_is_told_to_the_platform_and_erased_nothing(world: World) -> None:
    ada = everywhere(world)
    before = traces(ID, SECRET)
    with without_table(Pending), pytest.raises(DatabaseError):
        learning.retire(ada)
    assert traces(ID, SECRET) == before
    assert not gates.is_forgotten(ID)
    assert User.objects.get(pk=ID).username == "ada"
    learning.retire(ada)
    assert traces(ID, SECRET) == ["Gate.forgotten"]


def test_killed_before_any_statement_everything_or_nothing_is_erased(world: World, publish: Publish) -> None:
    publish()
    learners: list[User] = []

    def prepare(statement: int) -> Callable[[], Any]:
        learners.append(world.learner(f"learner{statement}"))
        world.complete(learners[-1], "vertical@u1", "vertical@u2")
        return lambda: api.forget_user(learners[-1].pk)

    for _ in kill_at_every_statement(prepare):
        left = held(learners[-1])
        assert (left, gates.is_forgotten(learners[-1].pk)) in ((2, False), (0, True))
        api.forget_user(learners[-1].pk)
        assert held(learners[-1]) == 0
    assert len(learners) > 10


def test_in_the_platforms_transaction_nothing_is_erased_when_that_is_rolled_back(world: World) -> None:
    everywhere(world)
    before = traces(ID, SECRET)
    with transaction.atomic():
        api.forget_user(ID)
        transaction.set_rollback(True)
    assert traces(ID, SECRET) == before


@pytest.mark.parametrize("user", [None, User()])
def test_a_signal_about_nobody_is_no_error(world: World, user: User | None) -> None:
    handlers.on_user_retired(sender=None, user=user)
    assert not Gate.objects.exclude(forgotten="").exists()


# The platform's flow


@pytest.mark.parametrize("name", ["USER_RETIRE_LMS_MISC", "USER_RETIRE_LMS_CRITICAL"])
def test_the_platforms_signals_are_heard_in_the_lms(name: str) -> None:
    signal = f"openedx.core.djangoapps.user_api.accounts.signals:{name}"
    assert dict(hearing.heard_in("lms"))[signal] == "on_user_retired"
    assert signal not in dict(hearing.heard_in("cms"))


def test_in_the_sandbox_an_account_is_retired_as_in_the_platform(world: World) -> None:
    ada = everywhere(world)
    done = BlockCompletion.objects.filter(user=ada).count()
    name = learning.retire(ada)
    assert traces(ID, SECRET) == ["Gate.forgotten"]
    account = User.objects.get(pk=ID)
    assert (account.username, account.has_usable_password()) == (name, False)
    assert BlockCompletion.objects.filter(user=ada).count() == done > 0


def test_the_signal_comes_before_the_name_is_gone(world: World, learner: User) -> None:
    heard: list[str] = []

    def hear(user: User, **kwargs: Any) -> None:
        heard.append(user.username)

    signals.user_retired.connect(hear)
    learning.retire(learner)
    signals.user_retired.disconnect(hear)
    assert heard == ["ada"]


def test_the_events_that_were_erased_are_those_of_the_awards(world: World) -> None:
    everywhere(world)
    api.forget_user(ID)
    assert AwardEvent.objects.exclude(award__in=Award.objects.all()).count() == 0
    assert [holding.count(ID) for holding in HOLDINGS] == [0] * len(HOLDINGS)
