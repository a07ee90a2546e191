"""Lost events and tampered rows: found by reconcile and by the page, mended once, and only where something differs."""

from decimal import Decimal
from typing import Any

import pytest
from completion.models import BlockCompletion
from django.contrib.auth.models import User
from django.db import connection
from opaque_keys.edx.keys import UsageKey

from microcred_plugin import api
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.definitions import versions
from microcred_plugin.definitions.models import Version
from microcred_plugin.errors import Immutable
from microcred_plugin.evidence.models import Pending
from microcred_plugin.progress.models import Progress
from microcred_plugin.sandbox import learning
from tests.world import World, completion, milestone, waiting

Publish = Any


def lose_events(world: World, learner: User, *references: str) -> None:
    """Complete leaves as a bulk import does: rows without any signal."""
    keys = [UsageKey.from_string(key) for reference in references for key in world.leaves(reference)]
    BlockCompletion.objects.bulk_create(
        BlockCompletion(
            user=learner, context_key=key.context_key, block_key=key, block_type=key.block_type, completion=1
        )
        for key in keys
    )


def _raw(statement: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def _found(*, fix: bool = False) -> list[tuple[int, str, str, bool]]:
    return [(one.user_id, one.milestone_key, one.problem, one.fixed) for one in api.reconcile(fix=fix)]


def test_lost_events_are_found_and_mended_once(
    world: World, learner: User, publish: Publish, announced: list[tuple[str, str]]
) -> None:
    publish()
    lose_events(world, learner, "vertical@u1", "vertical@u2")
    assert waiting() == 0
    missing = [(learner.pk, "", "award_missing"), (learner.pk, "", "progress_stale")]
    assert _found() == [(*one, False) for one in missing]
    assert not Award.objects.exists()  # reporting writes nothing
    assert _found(fix=True) == [(*one, True) for one in missing]
    assert Award.objects.count() == 1
    assert [kind for kind, _ in announced] == ["awarded"]
    assert _found(fix=True) == []


def test_the_page_repairs_what_it_shows_when_an_event_was_lost(world: World, learner: User, publish: Publish) -> None:
    publish()
    lose_events(world, learner, "vertical@u1", "vertical@u2")
    (shown,) = api.course_progress(learner.pk, world.run)
    assert (shown.earned, str(shown.fraction)) == (True, "1")
    assert not Progress.objects.exists()


def test_a_lost_event_is_made_good_by_the_next_one(world: World, learner: User, publish: Publish) -> None:
    publish()
    lose_events(world, learner, "vertical@u1", "html@h2")
    world.complete(learner, "html@h3")
    assert Award.objects.count() == 1


def test_stale_progress_is_found_and_mended(world: World, learner: User, publish: Publish) -> None:
    publish()
    world.complete(learner, "vertical@u1")
    _raw(f"UPDATE {Progress._meta.db_table} SET fraction = %s", Decimal("0.9000"))  # noqa: S608
    assert _found() == [(learner.pk, "", "progress_stale", False)]
    assert _found(fix=True) == [(learner.pk, "", "progress_stale", True)]
    assert str(Progress.objects.get().fraction) == "0.5000"
    assert _found() == []


def test_an_award_that_was_deleted_behind_our_back_is_given_again(
    world: World, learner: User, publish: Publish
) -> None:
    publish(milestones=[milestone("m", [completion("vertical@u1")], badge=True)])
    world.complete(learner, "vertical@u1")
    _raw(f"DELETE FROM {AwardEvent._meta.db_table}")  # noqa: S608
    _raw(f"DELETE FROM {Award._meta.db_table}")  # noqa: S608
    assert [(key, problem) for _, key, problem, _ in _found()] == [("", "award_missing"), ("m", "award_missing")]
    _found(fix=True)
    assert sorted(Award.objects.values_list("milestone_key", flat=True)) == ["", "m"]


@pytest.mark.parametrize(("regression", "then"), [("hold", "held"), ("revoke", "revoked")])
def test_an_award_whose_evidence_vanished_unheard_is_found_and_follows_the_policy(
    world: World, learner: User, publish: Publish, regression: str, then: str
) -> None:
    publish(policy={"regression": regression})
    world.complete(learner, "vertical@u1", "vertical@u2")
    _raw(f"DELETE FROM {BlockCompletion._meta.db_table}")  # noqa: S608
    assert {problem for _, _, problem, _ in _found()} == {"award_unfounded", "progress_stale"}
    _found(fix=True)
    assert Award.objects.get().state == then
    assert _found() == []


def test_with_the_policy_keep_an_award_without_evidence_is_as_it_should_be(
    world: World, learner: User, publish: Publish
) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    _raw(f"DELETE FROM {BlockCompletion._meta.db_table}")  # noqa: S608
    assert {problem for _, _, problem, _ in _found()} == {"progress_stale"}
    _found(fix=True)
    assert Award.objects.get().state == "granted"


def test_a_difference_of_a_learner_of_two_runs_is_told_once(world: World, learner: User, publish: Publish) -> None:
    other = World("course-v1:Org+Demo+Other")
    publish()
    api.offer("basics", other.run)
    api.publish("basics")
    learning.enrol(learner, other.run)
    lose_events(world, learner, "vertical@u1", "vertical@u2")
    found = list(api.reconcile())
    assert len(found) == len(set(found)) == 2


def test_every_learner_of_a_long_list_is_looked_at(world: World, publish: Publish, settings: Any) -> None:
    settings.MICROCRED_BACKFILL_CHUNK = 2
    publish()
    learners = [world.learner(f"learner{number}") for number in range(5)]
    for learner in learners[::2]:
        lose_events(world, learner, "vertical@u1", "vertical@u2")
    _found(fix=True)
    assert set(Award.objects.values_list("user_id", flat=True)) == {learner.pk for learner in learners[::2]}


def test_nothing_is_found_after_ordinary_work(world: World, publish: Publish) -> None:
    publish(
        milestones=[milestone("m", [completion("vertical@u1")], badge=True), milestone("n", [completion("html@h4")])]
    )
    for name, done in {"a": (), "b": ("vertical@u1",), "c": ("vertical@u1", "html@h4")}.items():
        world.complete(world.learner(name), *done)
    assert _found() == []


# A version that was changed by raw SQL


def _tamper() -> None:
    version = Version.objects.get()
    document = {**version.document, "award_when": {"at_least": 1}, "title": "Cheap"}
    field = Version._meta.get_field("document")
    value = field.get_db_prep_save(document, connection)
    _raw(f"UPDATE {Version._meta.db_table} SET document = %s", value)  # noqa: S608
    versions.forget()  # another process, which has not read the version before


def test_a_version_that_was_changed_after_its_publish_awards_nothing_and_doctor_says_so(
    world: World, learner: User, publish: Publish, settings: Any
) -> None:
    settings.MICROCRED_MAX_ATTEMPTS = 2
    settings.MICROCRED_BACKOFF_SECONDS = 0
    publish(milestones=[milestone("a", [completion("vertical@u1")]), milestone("b", [completion("vertical@u2")])])
    _tamper()
    world.complete(learner, "vertical@u1")
    api.sweep()
    row = Pending.objects.get()
    assert row.parked_at is not None
    assert row.last_error.startswith("Immutable: Version 1")
    assert not Award.objects.exists()
    checks = {check.name: check for check in api.doctor()}
    assert not checks["versions"].ok
    assert "Org/basics" in checks["versions"].message or "version 1" in checks["versions"].message
    assert not checks["parked"].ok
    with pytest.raises(Immutable):
        api.explain(learner.pk, "basics")


def test_restoring_the_version_and_unparking_brings_everything(
    world: World, learner: User, publish: Publish, settings: Any
) -> None:
    settings.MICROCRED_MAX_ATTEMPTS = 1
    publish()
    good = Version.objects.get().document
    _tamper()
    world.complete(learner, "vertical@u1", "vertical@u2")
    value = Version._meta.get_field("document").get_db_prep_save(good, connection)
    _raw(f"UPDATE {Version._meta.db_table} SET document = %s", value)  # noqa: S608
    versions.forget()
    assert api.unpark() == 1
    api.sweep()
    assert Award.objects.count() == 1
    assert all(check.ok for check in api.doctor() if check.name in ("versions", "parked", "outbox"))
