"""From a learner's completion to the award, through the real path: row, receiver, outbox, task, verdict, award."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from microcred_plugin import api
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.progress.models import Progress
from tests.world import World, completion, holding, milestone, waiting

Publish = Any


def test_completing_all_units_earns_the_microcredential(world: World, learner: User, publish: Publish) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    (award,) = api.awards_of(learner.pk)
    assert (award.slug, award.milestone_key, award.state, award.evidence_level) == (
        "basics",
        "",
        "granted",
        "participation",
    )
    assert [event.kind for event in award.history] == ["granted"]
    assert waiting() == 0


def test_it_is_not_earned_before_the_last_leaf(world: World, learner: User, publish: Publish) -> None:
    publish()
    world.complete(learner, "vertical@u1", "html@h2")
    assert api.awards_of(learner.pk) == ()
    (progress,) = api.course_progress(learner.pk, world.run)
    assert not progress.earned
    assert str(progress.fraction) == "0.7500"
    assert [block.title for part in progress.milestones[0].missing for block in part.blocks] == ["U2"]


def test_a_milestone_has_a_badge_of_its_own(world: World, learner: User, publish: Publish) -> None:
    milestones = [
        milestone("one", [completion("vertical@u1")], badge=True),
        milestone("two", [completion("vertical@u3")]),
    ]
    publish(milestones=milestones)
    world.complete(learner, "vertical@u1")
    (badge,) = api.awards_of(learner.pk)
    assert (badge.milestone_key, badge.title) == ("one", "One")
    (progress,) = api.course_progress(learner.pk, world.run)
    assert progress.milestones[0].award is not None
    assert progress.award is None


def test_the_first_of_two_required_groups_alone_awards_nothing(world: World, learner: User, publish: Publish) -> None:
    groups = [{"any": [completion("vertical@u1")]}, {"any": [completion("vertical@u2")]}]
    publish(milestones=[milestone("both", groups)])
    world.complete(learner, "vertical@u1")
    assert not Award.objects.exists()


def test_a_grade_earns_what_asks_for_it(world: World, learner: User, publish: Publish) -> None:
    graded = {"subsection_grade": {"block": "sequential@exam", "minimum": "0.70"}}
    publish(milestones=[milestone("exam", [graded])])
    world.score(learner, "problem@p2", 6)
    assert not Award.objects.exists()
    world.score(learner, "problem@p2", 7)
    assert Award.objects.get().evidence_level == "assessed"


def test_a_stack_is_earned_through_the_loop_three_levels_deep(world: World, learner: User, publish: Publish) -> None:
    first = publish("first")
    second = publish("second", milestones=[milestone("m", [holding(first), completion("vertical@u3")])])
    third = publish("third", run=None, milestones=[milestone("m", [holding(second)])])
    publish("fourth", run=None, milestones=[milestone("m", [holding(third)])])
    world.complete(learner, "vertical@u3")
    assert api.awards_of(learner.pk) == ()
    world.complete(learner, "vertical@u1", "vertical@u2")
    assert {award.slug for award in api.awards_of(learner.pk)} == {"first", "second", "third", "fourth"}
    assert waiting() == 0


def test_revoking_the_lowest_level_follows_the_policy_of_the_stack(
    world: World, learner: User, publish: Publish
) -> None:
    first = publish("first", units=["vertical@u1"])
    stacked = {"run": None, "milestones": [milestone("m", [holding(first)])]}
    publish("keeps", **stacked)
    publish("revokes", policy={"regression": "revoke"}, **stacked)
    world.complete(learner, "vertical@u1")
    lowest = next(award for award in api.awards_of(learner.pk) if award.slug == "first")
    api.revoke(lowest.uuid, reason="A mistake.")
    assert {award.slug: str(award.state) for award in api.awards_of(learner.pk)} == {
        "first": "revoked",
        "keeps": "granted",
        "revokes": "revoked",
    }
    api.restore(lowest.uuid, reason="It was none.")
    assert {str(award.state) for award in api.awards_of(learner.pk)} == {"granted"}


def test_publishing_is_followed_by_a_backfill(world: World, learner: User, publish: Publish) -> None:
    world.complete(learner, "vertical@u1", "vertical@u2")
    publish()
    assert len(api.awards_of(learner.pk)) == 1


def test_a_second_run_never_awards_twice(world: World, learner: User, publish: Publish) -> None:
    other = World("course-v1:Org+Demo+Other")
    publish()
    api.offer("basics", other.run)
    api.publish("basics")
    from microcred_plugin.sandbox import learning

    learning.enrol(learner, other.run)
    world.complete(learner, "vertical@u1", "vertical@u2")
    other.complete(learner, "vertical@u1", "vertical@u2")
    assert Award.objects.count() == 1
    assert Progress.objects.filter(earned=True).count() == 2


def test_units_of_two_runs_do_not_add_up(world: World, learner: User, publish: Publish) -> None:
    other = World("course-v1:Org+Demo+Other")
    publish()
    api.offer("basics", other.run)
    api.publish("basics")
    from microcred_plugin.sandbox import learning

    learning.enrol(learner, other.run)
    world.complete(learner, "vertical@u1")
    other.complete(learner, "vertical@u2")
    assert not Award.objects.exists()


@pytest.mark.parametrize("mode", ["audit", "verified"])
def test_only_the_modes_that_are_asked_for_count(world: World, publish: Publish, mode: str) -> None:
    publish(eligibility={"enrolled": True, "modes": ["verified"]})
    learner = world.learner("grace", mode)
    world.complete(learner, "vertical@u1", "vertical@u2")
    assert Award.objects.exists() == (mode == "verified")


def test_upgrading_the_mode_earns_what_was_completed_before(world: World, learner: User, publish: Publish) -> None:
    from microcred_plugin.sandbox import learning

    publish(eligibility={"enrolled": True, "modes": ["verified"]})
    world.complete(learner, "vertical@u1", "vertical@u2")
    assert not Award.objects.exists()
    learning.enrol(learner, world.run, "verified")
    assert Award.objects.exists()


def test_reading_writes_nothing(world: World, learner: User, publish: Publish) -> None:
    publish()
    api.course_progress(learner.pk, world.run)
    api.explain(learner.pk, "basics")
    assert not Progress.objects.exists()
    assert not AwardEvent.objects.exists()


def test_an_award_says_why(world: World, learner: User, publish: Publish) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    explained = api.explain(learner.pk, "basics")
    assert explained["earned"] is True
    assert explained["fraction"] == "1"
    assert {part["requirement"] for part in explained["award"]["why"]["milestones"][0]["met"]} == {"completion"}
    assert f"completion:{world.key('vertical@u1')}" in explained["award"]["why"]["evidence"]
