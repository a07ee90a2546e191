"""A course that changes under its learners: blocks deleted, added, hidden, chosen at random or shown to some only."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from microcred_plugin import api
from microcred_plugin.awards.models import Award
from microcred_plugin.evidence.models import Backfill
from microcred_plugin.flows.refresh_structure import refresh_structure
from microcred_plugin.sandbox import learning
from microcred_plugin.sandbox.models import SandboxCourse
from microcred_plugin.structure import api as structure
from microcred_plugin.structure.models import CourseStructure
from tests.broker import Broker
from tests.world import World, completion, definition, milestone, waiting

Publish = Any


def _states() -> list[str]:
    return sorted(Award.objects.values_list("state", flat=True))


def test_deleting_the_last_problem_completes_a_unit_without_any_event(
    world: World, learner: User, publish: Publish
) -> None:
    publish(units=["vertical@u3"])
    world.complete(learner, "html@h4")
    assert not Award.objects.exists()
    world.remove("problem@p1")
    assert Award.objects.count() == 1


def test_a_publish_that_nobody_heard_is_seen_when_somebody_looks(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish(units=["vertical@u3"])
    world.complete(learner, "html@h4")
    broker.work()
    world.blocks = [block for block in world.blocks if block[1] != "p1"]
    world._write()
    structure.forget()  # the time that a process goes on with what it knows is over
    assert not api.course_progress(learner.pk, world.run)[0].earned
    broker.work()
    assert Award.objects.count() == 1
    structure.forget()
    api.course_progress(learner.pk, world.run)
    assert broker.take() == []


@pytest.mark.parametrize("reads", ["check", "simulate", "publish"])
def test_who_reads_a_course_first_does_not_swallow_its_change(
    world: World, learner: User, publish: Publish, broker: Broker, reads: str
) -> None:
    """An author deletes a problem and opens our page before the platform's signal is heard."""
    publish(units=["vertical@u3"])
    world.complete(learner, "html@h4")
    broker.work()
    Backfill.objects.all().delete()
    world.blocks = [block for block in world.blocks if block[1] != "p1"]
    world._write()
    other = definition("other", units=["vertical@u1"])
    read: dict[str, Callable[[], Any]] = {
        "check": lambda: api.check(other, world.run),
        "simulate": lambda: api.simulate(other, world.run),
        "publish": lambda: world.publish("other", units=["vertical@u1"]),
    }
    read[reads]()
    broker.work()
    assert Award.objects.count() == 1


def test_only_what_counts_differently_is_judged_anew(world: World, publish: Publish, broker: Broker) -> None:
    publish("first", units=["vertical@u1"])
    publish("second", units=["vertical@u3"])
    broker.work()
    Backfill.objects.all().delete()
    world.remove("problem@p1")
    broker.work()
    assert set(Backfill.objects.values_list("microcredential__slug", flat=True)) == {"second"}
    assert refresh_structure(world.run) == 0  # a second signal of the same publish
    assert CourseStructure.objects.count() == 2


@pytest.mark.parametrize(("regression", "then"), [("keep", "granted"), ("hold", "held"), ("revoke", "revoked")])
def test_added_content_follows_the_policy_and_finishing_it_brings_back(
    world: World, learner: User, publish: Publish, regression: str, then: str
) -> None:
    publish(policy={"regression": regression})
    world.complete(learner, "vertical@u1", "vertical@u2")
    world.add("html", "h9", "vertical@u2")
    assert _states() == [then]
    (progress,) = api.course_progress(learner.pk, world.run)
    assert str(progress.fraction) == "0.8333"
    world.complete(learner, "html@h9")
    assert _states() == ["granted"]


def test_added_content_within_the_days_of_grace_takes_nothing(world: World, learner: User, publish: Publish) -> None:
    publish(policy={"regression": "revoke", "grace_days": 14})
    world.complete(learner, "vertical@u1", "vertical@u2")
    world.add("html", "h9", "vertical@u2")
    api.sweep()
    assert _states() == ["granted"]
    assert Award.objects.get().regressed_at is not None
    world.complete(learner, "html@h9")
    assert Award.objects.get().regressed_at is None


def test_a_deleted_unit_awards_nobody_and_takes_nothing(world: World, publish: Publish) -> None:
    done, late = world.learner("done"), world.learner("late")
    publish()
    world.complete(done, "vertical@u1", "vertical@u2")
    world.complete(late, "vertical@u1")
    for block in ("html@h2", "html@h3", "vertical@u2"):
        world.remove(block)
    world.complete(late, "html@h1")
    assert set(Award.objects.values_list("user_id", "state")) == {(done.pk, "granted")}
    (progress,) = api.course_progress(late.pk, world.run)
    assert (progress.earned, str(progress.fraction)) == (False, "0.5000")
    assert api.course_progress(done.pk, world.run)[0].award is not None
    errors = [finding for finding in api.check(definition(), world.run) if finding.severity == "error"]
    assert [finding.path for finding in errors] == ["milestones[0].require.all[1].completion.block"]


def test_an_award_survives_the_course(world: World, learner: User, publish: Publish) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    SandboxCourse.objects.all().delete()
    from microcred_plugin.sandbox import signals

    signals.course_published.send(sender=SandboxCourse, course_key=world.run)
    learning.reset(learner, world.run)
    (award,) = api.awards_of(learner.pk)
    assert (award.state, award.title) == ("granted", "Basics")
    assert award.why["milestones"]
    CourseStructure.objects.all().delete()
    assert api.get_award(award.uuid) == award


def test_units_of_other_courses_count_when_named_absolutely(world: World, learner: User, publish: Publish) -> None:
    other = World("course-v1:Org+Other+Run")
    publish(milestones=[milestone("m", [completion("vertical@u1"), completion(other.key("vertical@u2"))])])
    world.complete(learner, "vertical@u1", "vertical@u2")
    assert not Award.objects.exists()
    other.complete(learner, "vertical@u2")
    assert Award.objects.count() == 1


def test_a_unit_of_a_course_that_is_gone_is_judged_as_not_done(world: World, learner: User, publish: Publish) -> None:
    other = World("course-v1:Org+Other+Run")
    publish(milestones=[milestone("m", [completion("vertical@u1"), completion(other.key("vertical@u2"))])])
    SandboxCourse.objects.filter(key=other.run).delete()
    CourseStructure.objects.filter(course_key=other.run).delete()
    from microcred_plugin.structure import api as structure

    structure.forget()
    world.complete(learner, "vertical@u1")
    assert waiting() == 0
    assert not Award.objects.exists()


# What learners see differs


def _content(world: World, kind: str, count: int | None = None) -> None:
    """A unit with one block that shows ``count`` of three children, or one of its groups."""
    fields = {} if count is None else {"max_count": count}
    world.blocks.append(("vertical", "mixed", "sequential@practice", {}))
    world.blocks.append((kind, "chosen", "vertical@mixed", fields))
    for number in range(3):
        if kind == "split_test":
            world.blocks.append(("vertical", f"group{number}", "split_test@chosen", {}))
            world.blocks.append(("html", f"c{number}", f"vertical@group{number}", {}))
        else:
            world.blocks.append(("html", f"c{number}", f"{kind}@chosen", {}))
    world.republish()


@pytest.mark.parametrize("kind", ["library_content", "itembank"])
def test_as_many_children_of_a_bank_are_asked_as_a_learner_is_given(
    world: World, learner: User, publish: Publish, kind: str
) -> None:
    _content(world, kind, 2)
    publish(units=["vertical@mixed"])
    world.complete(learner, "html@c2")
    assert not Award.objects.exists()
    world.complete(learner, "html@c0")
    assert Award.objects.count() == 1


def test_one_group_of_an_experiment_is_enough(world: World, learner: User, publish: Publish) -> None:
    _content(world, "split_test")
    publish(units=["vertical@mixed"])
    world.complete(learner, "html@c1")
    assert Award.objects.count() == 1


def test_what_no_learner_sees_or_need_do_is_not_asked(world: World, learner: User, publish: Publish) -> None:
    world.blocks.append(("html", "staff", "vertical@u1", {"staff_only": True}))
    world.blocks.append(("html", "extra", "vertical@u1", {"optional": True}))
    world.add("discussion", "talk", "vertical@u1")
    publish(units=["vertical@u1"])
    world.complete(learner, "html@h1")
    assert Award.objects.count() == 1


def test_hidden_work_alone_awards_nothing(world: World, learner: User, publish: Publish) -> None:
    world.blocks.append(("html", "staff", "vertical@u1", {"staff_only": True}))
    world.add("discussion", "talk", "vertical@u1")
    publish(units=["vertical@u1"])
    world.complete(learner, "html@staff", "discussion@talk")
    assert not Award.objects.exists()


def test_each_learner_is_asked_for_what_their_groups_see(world: World, publish: Publish) -> None:
    world.blocks.append(("html", "red", "vertical@u1", {"group_access": {"7": [1]}}))
    world.add("html", "blue", "vertical@u1", group_access={"7": [2]})
    publish(units=["vertical@u1"])
    red, blue, none = (world.learner(name) for name in ("red", "blue", "none"))
    learning.enrol(red, world.run, groups={"7": 1})
    learning.enrol(blue, world.run, groups={"7": 2})
    for learner in (red, blue, none):
        world.complete(learner, "html@h1")
    assert set(Award.objects.values_list("user_id", flat=True)) == {none.pk}
    world.complete(red, "html@blue")  # not theirs: a hostile client may send any key
    assert not Award.objects.filter(user=red).exists()
    world.complete(red, "html@red")
    world.complete(blue, "html@blue")
    assert Award.objects.count() == 3


def test_who_sees_nothing_of_a_unit_has_not_done_it(world: World, publish: Publish) -> None:
    world.blocks.append(("vertical", "secret", "sequential@practice", {"group_access": {"7": [1]}}))
    world.add("html", "s1", "vertical@secret")
    publish(units=["vertical@secret"])
    outside, inside = world.learner("outside"), world.learner("inside")
    learning.enrol(inside, world.run, groups={"7": 1})
    for learner in (outside, inside):
        world.complete(learner, "html@s1", "html@h1")
    assert set(Award.objects.values_list("user_id", flat=True)) == {inside.pk}


def test_a_publish_that_nobody_heard_is_made_up_for_by_the_sweep(world: World, learner: User, publish: Publish) -> None:
    publish(units=["vertical@u2"])
    world.complete(learner, "html@h2")
    world.blocks = [block for block in world.blocks if block[1] != "h3"]
    world._write()  # published, and no signal
    assert api.awards_of(learner.pk) == ()
    assert api.sweep().refreshed == 1
    assert len(api.awards_of(learner.pk)) == 1
    assert api.sweep().refreshed == 0
