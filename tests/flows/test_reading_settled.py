"""A page asks for a learner's evidence only when what is stored may be stale."""

from typing import Any

import pytest
from completion.models import BlockCompletion
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from opaque_keys.edx.keys import UsageKey

from microcred_plugin import api
from microcred_plugin.definitions import offered
from microcred_plugin.evidence import listening
from microcred_plugin.evidence.models import Backfill
from tests.world import World, completion, milestone

Publish = Any


@pytest.fixture
def everybody_was_judged(world: World, publish: Publish) -> None:
    """Publish, and let the later of the two walks over the learners be over, too."""
    graded = {"subsection_grade": {"block": "sequential@exam", "minimum": "0.70"}}
    publish(milestones=[milestone("one", [completion("vertical@u1"), completion("vertical@u3"), graded])])
    settle()


def settle() -> None:
    Backfill.objects.filter(finished_at=None).update(finished_at=now())
    listening.forget()
    offered.forget()


def tables_read(user_id: int, run: str) -> set[str]:
    api.course_progress(user_id, run)
    with CaptureQueriesContext(connection) as captured:
        api.course_progress(user_id, run)
    asked = " ".join(query["sql"] for query in captured.captured_queries)
    return {name for name in ("blockcompletion", "sandbox_score", "sandbox_enrolment", "pending") if name in asked}


def complete_unheard(user: User, world: World, reference: str) -> None:
    """Write a completion as if nobody had listened."""
    key = UsageKey.from_string(world.key(reference))
    row = BlockCompletion(user=user, context_key=key.context_key, block_key=key, block_type="html", completion=1.0)
    BlockCompletion.objects.bulk_create([row])


@pytest.mark.usefixtures("everybody_was_judged")
def test_who_was_judged_and_has_shown_nothing_is_not_judged_again(world: World, learner: User) -> None:
    assert tables_read(learner.pk, world.run) == {"sandbox_enrolment", "pending"}


@pytest.mark.usefixtures("everybody_was_judged")
def test_their_zeros_name_what_is_to_be_done(world: World, learner: User) -> None:
    (progress,) = api.course_progress(learner.pk, world.run)
    assert progress.eligible
    assert [(str(part.have), str(part.need)) for part in progress.milestones[0].missing] == [
        ("0", "1"),
        ("0", "2"),
        ("0", "0.7"),
    ]
    assert [block.title for block in progress.milestones[0].missing[0].blocks] == ["U1"]


@pytest.mark.usefixtures("everybody_was_judged")
def test_they_are_told_when_they_are_not_enrolled(world: World) -> None:
    stranger = User.objects.create(username="stranger")
    (progress,) = api.course_progress(stranger.pk, world.run)
    assert not progress.eligible


@pytest.mark.usefixtures("everybody_was_judged")
def test_what_they_do_next_is_seen(world: World, learner: User) -> None:
    world.complete(learner, "vertical@u1")
    (progress,) = api.course_progress(learner.pk, world.run)
    assert progress.fraction > 0


def test_until_everybody_was_judged_each_is_judged_for_the_page(world: World, learner: User, publish: Publish) -> None:
    publish(units=["vertical@u1"])
    complete_unheard(learner, world, "html@h1")
    assert Backfill.objects.filter(finished_at=None).exists()
    (progress,) = api.course_progress(learner.pk, world.run)
    assert progress.earned
    assert "blockcompletion" in tables_read(learner.pk, world.run)


@pytest.mark.usefixtures("everybody_was_judged")
def test_a_new_version_is_not_taken_for_one_that_everybody_was_judged_by(
    world: World, learner: User, publish: Publish
) -> None:
    publish(units=["vertical@u1"])
    complete_unheard(learner, world, "html@h1")
    (progress,) = api.course_progress(learner.pk, world.run)
    assert (progress.version, progress.earned) == (2, True)


@pytest.mark.usefixtures("everybody_was_judged")
def test_a_retired_one_costs_nobody_anything(world: World, learner: User, publish: Publish) -> None:
    publish("other", units=["vertical@u2"])
    settle()
    api.retire("basics")
    offered.forget()
    assert tables_read(learner.pk, world.run) == {"sandbox_enrolment", "pending"}


def test_who_has_no_progress_yet_reads_how_much_there_is_to_do(world: World, publish: Publish) -> None:
    publish(milestones=[milestone("start", [completion("sequential@start")])])
    stranger = User.objects.create_user("stranger")
    for viewer in (None, stranger.pk, world.learner("grace").pk):
        (progress,) = api.course_progress(viewer, world.run)
        (first,) = progress.milestones
        assert first.summary == "0 of 2 units complete."
        assert [block.title for part in first.missing for block in part.blocks] == ["U1", "U2"]
    assert not api.course_progress(stranger.pk, world.run)[0].eligible
