"""Progress: one row for who has shown something, overwritten only when it differs, exact in what it says."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now

from microcred_plugin import api
from microcred_plugin.evidence import outbox
from microcred_plugin.evidence.models import Pending
from microcred_plugin.progress.models import Progress
from microcred_plugin.sandbox import learning
from tests.world import World, completion, definition, milestone

Publish = Any


def test_who_did_nothing_has_no_row_by_whatever_way(world: World, learner: User, publish: Publish) -> None:
    publish()
    outbox.mark(learner.pk, world.run)
    api.backfill("basics")
    list(api.reconcile(fix=True))
    api.course_progress(learner.pk, world.run)
    api.explain(learner.pk, "basics")
    assert not Progress.objects.exists()
    assert not Pending.objects.exists()


def test_the_row_is_overwritten_and_never_doubled(world: World, learner: User, publish: Publish) -> None:
    publish()
    fractions = []
    for leaf in ("html@h1", "html@h2", "html@h3"):
        world.complete(learner, leaf)
        fractions.append(Progress.objects.get().fraction)
    assert fractions == [Decimal("0.5"), Decimal("0.75"), Decimal(1)]


def test_a_row_that_says_the_same_is_not_written_again(world: World, learner: User, publish: Publish) -> None:
    publish()
    world.complete(learner, "html@h1")
    long_ago = now() - timedelta(days=9)
    Progress.objects.update(computed_at=long_ago)
    outbox.mark(learner.pk, world.run)
    assert Progress.objects.get().computed_at == long_ago


def test_a_third_is_rounded_down_and_earned_is_one(world: World, learner: User, publish: Publish) -> None:
    publish(milestones=[milestone(str(key), [completion(unit)]) for key, unit in zip("abc", UNITS, strict=True)])
    for unit, fraction in zip(UNITS, ("0.3333", "0.6666", "1.0000"), strict=True):
        world.complete(learner, unit)
        row = Progress.objects.get()
        assert (str(row.fraction), row.earned) == (fraction, fraction == "1.0000")


UNITS = ("vertical@u1", "vertical@u2", "vertical@u3")


def test_after_a_reset_the_row_says_nothing_was_done(world: World, learner: User, publish: Publish) -> None:
    publish()
    world.complete(learner, *UNITS)
    learning.reset(learner, world.run)
    row = Progress.objects.get()
    assert (row.fraction, row.earned, row.evidence_level) == (0, False, "none")


def test_who_is_not_eligible_is_told_so_and_sees_nothing_counted(world: World, learner: User, publish: Publish) -> None:
    publish()
    world.complete(learner, *UNITS)
    learning.unenrol(learner, world.run)
    (shown,) = api.course_progress(learner.pk, world.run)
    assert (shown.eligible, shown.earned, shown.fraction) == (False, False, 0)
    assert shown.award is not None
    learning.enrol(learner, world.run)
    (shown,) = api.course_progress(learner.pk, world.run)
    assert (shown.eligible, shown.earned) == (True, True)


@pytest.mark.parametrize("user_id", [None, 10**9])
def test_a_preview_or_a_stranger_shows_zero_and_writes_nothing(
    world: World, publish: Publish, user_id: int | None
) -> None:
    publish()
    (shown,) = api.course_progress(user_id, world.run)
    assert (shown.earned, shown.fraction, shown.award) == (False, 0, None)
    assert not Progress.objects.exists()


def test_what_is_stored_is_shown_as_it_would_be_judged_now(world: World, learner: User, publish: Publish) -> None:
    publish(
        milestones=[
            milestone("a", [completion("vertical@u1"), completion("vertical@u2")]),
            milestone("b", [{"subsection_grade": {"block": "sequential@exam", "minimum": "0.70"}}]),
        ]
    )
    world.complete(learner, "html@h1", "html@h2")
    world.score(learner, "problem@p2", 5)
    (stored,) = api.course_progress(learner.pk, world.run)
    Progress.objects.all().delete()
    (judged,) = api.course_progress(learner.pk, world.run)
    assert stored.as_of is not None
    assert judged.as_of is None
    assert stored.milestones == judged.milestones
    assert (stored.fraction, stored.earned, stored.evidence_level) == (
        judged.fraction,
        judged.earned,
        judged.evidence_level,
    )


def test_rows_of_an_old_version_do_not_show(world: World, learner: User, publish: Publish) -> None:
    publish()
    world.complete(learner, "vertical@u1")
    publish(**{key: value for key, value in definition(units=["vertical@u3"]).items() if key == "milestones"})
    (shown,) = api.course_progress(learner.pk, world.run)
    assert (shown.version, shown.fraction) == (2, 0)
    assert Progress.objects.count() == 1
