"""In which runs something can be earned: further runs, re-runs, coaches' courses, and courses that are deleted."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from opaque_keys.edx.keys import CourseKey, UsageKey

from microcred_plugin import api, handlers
from microcred_plugin.compat.edxapp import hearing
from microcred_plugin.data import AwardState
from microcred_plugin.definitions.models import Interest, Offering
from microcred_plugin.errors import InvalidDefinition
from microcred_plugin.evidence import listening
from microcred_plugin.flows import offerings
from microcred_plugin.sandbox import learning
from microcred_plugin.structure import api as structure
from tests.world import World, completion, definition, milestone, waiting

RERUN = "course-v1:Org+Demo+Again"
CCX = "ccx-v1:Org+Demo+Run+ccx@1"


def whole(user: User) -> list[tuple[str, str, AwardState]]:
    return [(one.slug, one.run, one.state) for one in api.awards_of(user.pk) if not one.milestone_key]


# Further runs and re-runs


def test_a_further_run_is_earned_in_at_once(world: World, publish: Any) -> None:
    publish(units=["vertical@u1"])
    again = World(RERUN)
    grace = again.learner("grace")
    again.complete(grace, "vertical@u1")
    assert whole(grace) == []
    api.offer("basics", RERUN)
    assert whole(grace) == [("basics", RERUN, AwardState.GRANTED)]


def test_what_cannot_be_earned_in_a_run_is_not_offered_there(world: World, publish: Any) -> None:
    publish(units=["vertical@u1"])
    again = World(RERUN)
    again.remove("vertical@u1")
    with pytest.raises(InvalidDefinition):
        api.offer("basics", RERUN)
    assert not Offering.objects.filter(run=RERUN).exists()


def test_a_rerun_is_offered_inactively_until_somebody_activates_it(world: World, publish: Any) -> None:
    publish(units=["vertical@u1"])
    again = World(RERUN)
    assert (offerings.offer_in_rerun(world.run, RERUN), offerings.offer_in_rerun(world.run, RERUN)) == (1, 0)
    grace = again.learner("grace")
    again.complete(grace, "vertical@u1")
    assert whole(grace) == []
    api.offer("basics", RERUN)
    assert whole(grace) == [("basics", RERUN, AwardState.GRANTED)]


def test_a_draft_offered_in_a_run_listens_once_it_is_published(world: World) -> None:
    api.save_draft(definition(), by=None, run=world.run)
    World(RERUN)
    api.offer("basics", RERUN)
    assert not Interest.objects.exists()
    api.publish("basics")
    assert set(Interest.objects.values_list("run", flat=True)) == {world.run, RERUN}


# Coaches' courses


def test_the_first_event_in_a_coachs_course_adopts_it(world: World, publish: Any) -> None:
    publish(units=["vertical@u1"])
    ccx = World(CCX)
    grace = ccx.learner("grace")
    ccx.complete(grace, "vertical@u1")
    assert whole(grace) == [("basics", CCX, AwardState.GRANTED)]
    assert Offering.objects.get(run=CCX).active


def test_who_earned_it_in_the_master_does_not_earn_it_twice(world: World, learner: User, publish: Any) -> None:
    publish(units=["vertical@u1"])
    ccx = World(CCX)
    world.complete(learner, "vertical@u1")
    learning.enrol(learner, CCX)
    ccx.complete(learner, "vertical@u1")
    assert whole(learner) == [("basics", world.run, AwardState.GRANTED)]


def test_work_in_the_master_is_not_work_in_the_coachs_course(world: World, publish: Any) -> None:
    absolute = [completion(world.key("vertical@u1")), completion("vertical@u2")]
    publish(milestones=[milestone("one", absolute)])
    ccx = World(CCX)
    grace = ccx.learner("grace")
    world.complete(grace, "vertical@u1")
    ccx.complete(grace, "vertical@u2")
    assert whole(grace) == []
    ccx.complete(grace, "vertical@u1")
    assert whole(grace) == [("basics", CCX, AwardState.GRANTED)]


def test_a_coachs_course_of_a_course_that_concerns_nobody_marks_nobody(
    world: World, publish: Any, django_assert_num_queries: Any
) -> None:
    publish(units=["vertical@u1"])
    key = UsageKey.from_string("ccx-block-v1:Org+Demo+Other+ccx@1+type@html+block@h1")
    listening.is_heard("warm")
    with django_assert_num_queries(0):
        assert listening.concerned_course(key.context_key, key) is None


def test_publishing_the_master_reads_its_coachs_courses_again(world: World, publish: Any) -> None:
    publish(units=["vertical@u1"])
    ccx = World(CCX)
    grace = ccx.learner("grace")
    ccx.complete(grace, "vertical@u2")
    ccx.blocks.append(("html", "h9", "vertical@u2", {}))
    ccx._write()
    world.republish()
    structure.forget()
    assert ccx.key("html@h9") in structure.current_many([CCX])[CCX].items


# Deleted courses


def test_a_deleted_course_offers_nothing_and_takes_nothing(world: World, learner: User, publish: Any) -> None:
    publish(units=["vertical@u1"])
    ccx = World(CCX)
    grace = ccx.learner("grace")
    ccx.complete(grace, "vertical@u1")
    world.complete(learner, "vertical@u1")
    handlers.on_course_deleted(course_key=CourseKey.from_string(world.run))
    assert not Offering.objects.filter(active=True).exists()
    assert not Interest.objects.exists()
    assert [state for *_, state in whole(learner) + whole(grace)] == [AwardState.GRANTED, AwardState.GRANTED]


def test_what_is_also_offered_elsewhere_goes_on_there(world: World, publish: Any) -> None:
    publish(units=["vertical@u1"])
    World(RERUN)
    api.offer("basics", RERUN)
    offerings.withdraw(world.run)
    assert set(Interest.objects.values_list("run", flat=True)) == {RERUN}


# Receivers


def test_a_key_with_a_branch_is_the_course(world: World, publish: Any) -> None:
    publish(units=["vertical@u1"])
    handlers.on_course_deleted(course_key=CourseKey.from_string(world.run).for_branch("draft-branch"))
    assert not Offering.objects.filter(active=True).exists()


@pytest.mark.parametrize(
    "receiver", sorted({name for service in ("lms", "cms") for _, name in hearing.heard_in(service)})
)
def test_a_receiver_given_nonsense_raises_nothing(world: World, receiver: str) -> None:
    if receiver == "on_user_retired":
        pytest.skip("the one that lets errors out, so that the platform repeats the retirement")
    names = "instance user course course_key course_passing_status certificate enrollment xblock_info"
    getattr(handlers, receiver)(sender=None, **dict.fromkeys(names.split(), object()))
    assert waiting() == 0
