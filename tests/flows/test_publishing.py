"""Publishing: versions that stay as they are, drafts nobody overwrites unread, stacks without circles, retirement."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.timezone import now

from microcred_plugin import api
from microcred_plugin.awards.models import Award
from microcred_plugin.data import MicrocredentialData
from microcred_plugin.definitions.models import Draft, Interest, Issuer, Microcredential, Version
from microcred_plugin.errors import Ambiguous, Conflict, InvalidDefinition, NotAllowed, NotFound, StaleDraft
from microcred_plugin.evidence.models import Backfill, Pending
from microcred_plugin.progress.models import Progress
from microcred_plugin.structure.models import CourseStructure
from tests.broker import Broker
from tests.faults import Stumbling
from tests.world import World, completion, definition, holding, milestone, waiting

Publish = Any


def _stack(*below: MicrocredentialData) -> dict[str, Any]:
    return {"run": None, "milestones": [milestone("m", [holding(one) for one in below])]}


def _draft(slug: str, *below: MicrocredentialData) -> None:
    api.save_draft(definition(slug, milestones=[milestone("m", [holding(one) for one in below])]), by=None, run=None)


def test_publishing_the_same_again_is_the_same_version(world: World, learner: User, publish: Publish) -> None:
    first = publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    again = publish()
    assert (first.version, again.version, Version.objects.count()) == (1, 1, 1)
    assert Award.objects.count() == 1
    assert not again.has_newer_draft


def test_the_order_of_keys_in_a_document_makes_no_new_version(world: World, publish: Publish) -> None:
    publish()
    api.save_draft(dict(reversed(list(definition().items()))), by=None, run=world.run)
    assert api.publish("basics").version == 1


def test_a_new_version_judges_everybody_anew_and_takes_nothing_away(
    world: World, learner: User, publish: Publish
) -> None:
    other = world.learner("other")
    publish(milestones=[milestone("a", [completion("vertical@u1")], badge=True)])
    world.complete(learner, "vertical@u1")
    world.complete(other, "vertical@u3")
    second = publish(
        title="Other work",
        milestones=[
            milestone("a", [completion("vertical@u2")], badge=True),
            milestone("b", [completion("vertical@u3")], badge=True),
        ],
    )
    assert second.version == 2
    kept = {(award.milestone_key, award.version, award.title) for award in api.awards_of(learner.pk)}
    assert kept == {("a", 1, "A"), ("", 1, "Basics")}
    assert [award.milestone_key for award in api.awards_of(other.pk)] == ["b"]
    (progress,) = api.course_progress(learner.pk, world.run)
    assert (progress.title, progress.earned) == ("Other work", False)
    assert progress.award is not None
    world.complete(learner, "vertical@u2", "vertical@u3")
    awards = {(award.milestone_key, award.version) for award in api.awards_of(learner.pk)}
    assert awards == {("a", 1), ("", 1), ("b", 2)}


def test_going_back_to_an_old_document_is_a_further_version(world: World, publish: Publish) -> None:
    publish()
    publish(title="Other")
    assert publish().version == 3
    assert list(Version.objects.order_by("num").values_list("num", flat=True)) == [1, 2, 3]


def test_a_learner_who_works_while_it_is_published_is_not_missed(
    world: World, learner: User, broker: Broker, stumbling: type[Stumbling]
) -> None:
    """The linter reads the course in the middle of the publish: the last completion comes there, heard by nobody."""
    world.complete(learner, "vertical@u1")
    api.save_draft(definition(), by=None, run=world.run)
    stumbling.when("published_outline", lambda course: world.complete(learner, "vertical@u2"))
    api.publish("basics")
    assert waiting() == 0
    broker.work()
    assert Award.objects.count() == 1


def test_a_learner_judged_by_the_old_version_meanwhile_is_judged_by_the_new_one_too(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    world.complete(learner, "vertical@u3")
    api.save_draft(definition(units=["vertical@u3"]), by=None, run=world.run)
    api.publish("basics")
    broker.work()
    assert Award.objects.get().version.num == 2


def test_a_publish_that_is_refused_changes_nothing(world: World, learner: User, publish: Publish) -> None:
    publish()
    before = (Interest.objects.count(), Backfill.objects.count(), CourseStructure.objects.count())
    api.save_draft(definition(units=["vertical@gone"]), by=None, run=world.run)
    with pytest.raises(InvalidDefinition) as refused:
        api.publish("basics")
    assert "milestones[0].require.all[0].completion" in str(refused.value)
    assert (Interest.objects.count(), Backfill.objects.count(), CourseStructure.objects.count()) == before
    (listed,) = api.list_microcredentials()
    assert (listed.version, listed.has_newer_draft) == (1, True)
    world.complete(learner, "vertical@u1", "vertical@u2")
    assert Award.objects.get().version.num == 1


def test_a_publish_in_a_transaction_that_is_rolled_back_did_not_happen(world: World, learner: User) -> None:
    world.complete(learner, "vertical@u1", "vertical@u2")
    api.save_draft(definition(), by=None, run=world.run)
    with transaction.atomic():
        api.publish("basics")
        transaction.set_rollback(True)
    assert not Award.objects.exists()
    assert not Version.objects.exists()
    world.complete(learner, "html@h4")
    assert waiting() == 0
    api.publish("basics")
    assert Award.objects.count() == 1


def test_a_publish_is_followed_by_a_walk_now_and_one_after_the_time_to_live(
    world: World, publish: Publish, broker: Broker
) -> None:
    publish()
    assert [(one.task, one.later) for one in broker.take()] == [("run_backfill", False), ("run_backfill", True)]
    assert Backfill.objects.count() == 2
    publish(title="New")
    assert Backfill.objects.filter(finished_at=None).count() == 2  # it starts over, not twice


# Drafts


def test_nobody_overwrites_a_draft_they_have_not_read(world: World) -> None:
    first = api.save_draft(definition(), by=None, run=world.run)
    second = api.save_draft(definition(title="Ada's"), by=None, lock=first.lock)
    with pytest.raises(StaleDraft):
        api.save_draft(definition(title="Grace's"), by=None, lock=first.lock)
    assert Draft.objects.get().document["title"] == "Ada's"
    third = api.save_draft(definition(title="Grace's"), by=None, lock=second.lock)
    assert third.lock == second.lock + 1
    assert api.save_draft(definition(), by=None).lock == third.lock + 1  # a file that is loaded asks for no lock


def test_a_lock_on_a_draft_that_is_gone_is_stale(world: World) -> None:
    lock = api.save_draft(definition(), by=None).lock
    Draft.objects.all().delete()
    with pytest.raises(StaleDraft):
        api.save_draft(definition(title="Mine"), by=None, lock=lock)


def test_a_draft_changes_nothing_for_learners(world: World, learner: User, publish: Publish) -> None:
    publish()
    api.save_draft(definition(units=["vertical@u3"], title="Draft"), by=None, run=world.run)
    (progress,) = api.course_progress(learner.pk, world.run)
    assert progress.title == "Basics"
    world.complete(learner, "vertical@u3")
    assert not Award.objects.exists()


def test_what_cannot_be_published_says_why(world: World) -> None:
    with pytest.raises(NotFound, match="microcred list"):
        api.publish("unknown")
    Microcredential.objects.create(issuer=Issuer.objects.create(short_name="Org", name="Org"), slug="empty")
    with pytest.raises(Conflict, match="no draft"):
        api.publish("empty")
    with pytest.raises(NotAllowed, match="never published"):
        api.retire("empty")


def test_one_slug_of_two_issuers_is_asked_for_by_both_names(world: World, learner: User, publish: Publish) -> None:
    publish()
    publish(issuer="Other")
    with pytest.raises(Ambiguous, match="Org/basics, Other/basics"):
        api.publish("basics")
    world.complete(learner, "vertical@u1", "vertical@u2")
    assert {award.issuer for award in api.awards_of(learner.pk)} == {"Org", "Other"}
    with pytest.raises(NotFound):
        api.retire("Org/Basics")
    assert api.retire("Other/basics").state == "retired"


# Retiring


def test_after_retiring_nothing_is_awarded_and_what_was_earned_stays(
    world: World, learner: User, publish: Publish
) -> None:
    publish()
    late = world.learner("late")
    world.complete(learner, "vertical@u1", "vertical@u2")
    world.complete(late, "vertical@u1")
    assert api.retire("basics", reason="Replaced.").state == "retired"
    world.complete(late, "vertical@u2")
    api.sweep()
    api.backfill("basics")
    list(api.reconcile(fix=True))
    assert set(Award.objects.values_list("user_id", "state")) == {(learner.pk, "granted")}
    assert [one.slug for one in api.course_progress(learner.pk, world.run)] == ["basics"]
    assert api.course_progress(late.pk, world.run) == ()
    with pytest.raises(NotAllowed):
        api.award(late.pk, "basics", reason="So.")
    assert api.explain(learner.pk, "basics")["award"]["state"] == "granted"


def test_what_waits_when_it_is_retired_is_judged_by_nothing(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    api.retire("basics")
    broker.work()
    assert (Award.objects.count(), Pending.objects.count()) == (0, 0)
    assert not Backfill.objects.filter(finished_at=None).exists()


def test_publishing_again_what_was_retired_takes_it_up(world: World, learner: User, publish: Publish) -> None:
    publish()
    api.retire("basics", reason="By mistake.")
    world.complete(learner, "vertical@u1", "vertical@u2")
    assert api.publish("basics").state == "published"
    assert Award.objects.count() == 1


# Circles


def test_a_microcredential_cannot_build_on_itself(world: World, publish: Publish) -> None:
    alone = publish("alone")
    _draft("alone", alone)
    with pytest.raises(InvalidDefinition, match="Org/alone → Org/alone"):
        api.publish("alone")


def test_a_circle_of_two_is_refused_and_named(world: World, publish: Publish) -> None:
    first = publish("first")
    second = publish("second", **_stack(first))
    _draft("first", second)
    with pytest.raises(InvalidDefinition, match="Org/first → Org/second → Org/first"):
        api.publish("first")


def test_a_circle_of_three_is_refused_and_named(world: World, publish: Publish) -> None:
    first = publish("first")
    second = publish("second", **_stack(first))
    third = publish("third", **_stack(second))
    _draft("first", third)
    with pytest.raises(InvalidDefinition, match="Org/first → Org/third → Org/second → Org/first"):
        api.publish("first")


def test_two_ways_to_the_same_are_no_circle(world: World, learner: User, publish: Publish) -> None:
    base = publish("base")
    left, right = publish("left", **_stack(base)), publish("right", **_stack(base))
    publish("top", **_stack(left, right))
    world.complete(learner, "vertical@u1", "vertical@u2")
    assert {award.slug for award in api.awards_of(learner.pk)} == {"base", "left", "right", "top"}
    assert Progress.objects.filter(user=learner, earned=True).count() == 4


def test_a_stack_published_after_its_parts_were_earned_is_earned(world: World, learner: User, publish: Publish) -> None:
    part = publish("part")
    world.complete(learner, "vertical@u1", "vertical@u2")
    publish("top", **_stack(part))
    assert {award.slug for award in api.awards_of(learner.pk)} == {"part", "top"}


def test_a_late_backfill_is_due_later_than_any_process_can_be_stale(
    world: World, publish: Publish, broker: Broker, settings: Any
) -> None:
    settings.MICROCRED_INTEREST_TTL_SECONDS = 600
    published_at = now()
    publish()
    late = Backfill.objects.latest("due_at")
    assert (late.due_at - published_at).total_seconds() > 600
