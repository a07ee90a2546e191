"""The verdict is bad when something is wrong in the database, and the oracle's rules are those of the documents."""

import random

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils.timezone import now

from microcred_plugin import api
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.evidence.models import Pending
from microcred_plugin.sandbox import learning
from soak import apps, course, verdict
from soak.journal import Noted
from soak.learners import Kind, kind_of
from soak.options import Setup
from soak.oracle import Saved
from soak.rules import EARNS, LEAVES, NEEDED, STACK, STACKED

SETUP = Setup(seconds=60, learners=60, seed=3)


class Soak:
    """A course filled as a run fills it, and learners who complete leaves of it."""

    def __init__(self, broker) -> None:
        self.broker = broker
        apps.create_table()
        self.ids = course.fill(SETUP)
        self.leaves = course.soak_course(SETUP).leaves
        self.noted: list[Noted] = []

    def complete(self, learner: int, leaves) -> None:
        user = User.objects.get(pk=self.ids[learner])
        learning.complete(user, [self.leaves[leaf] for leaf in leaves])
        self.noted.append(Noted(Saved(float(len(self.noted)), learner, tuple(leaves), True), 0.01, 0.0))

    def broken(self) -> set[str]:
        """Be a worker until nothing waits; name the rows of the verdict that are over their budget."""
        self.broker.work()
        return self.verdict()

    def verdict(self) -> set[str]:
        seen = {
            (award.user_id, (award.microcredential.slug, award.milestone_key)): 100.0
            for award in Award.objects.select_related("microcredential")
        }
        evidence = verdict.Evidence(SETUP, self.ids, self.noted, seen, [])
        rows = {row.what for row in verdict.rows(evidence, "here") if row.broken}
        return {what for what in rows if "after the commit" not in what and "short of" not in what}


@pytest.fixture
def soak(transactional_db, broker):
    from microcred_plugin.signals import BADGE_AWARDED

    BADGE_AWARDED.connect(apps._awarded, dispatch_uid="microcred_soak.awarded")
    yield Soak(broker)
    BADGE_AWARDED.disconnect(dispatch_uid="microcred_soak.awarded")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {apps.TABLE}")


@pytest.fixture
def finished(soak):
    learner = next(number for number in range(SETUP.learners) if kind_of(SETUP, number) is Kind.FINISHES)
    soak.complete(learner, sorted(NEEDED))
    assert soak.broken() == set()
    assert Award.objects.count() == 4
    return soak


def test_the_rules_of_the_oracle_are_those_of_the_documents(soak):
    chance = random.Random(5)  # noqa: S311
    enrolled = [number for number in range(SETUP.learners) if kind_of(SETUP, number) is not Kind.STRANGER]
    for learner in enrolled[:25]:
        soak.complete(learner, chance.sample(range(LEAVES), chance.randint(1, LEAVES)))
    soak.broker.work()
    for saved, *_ in soak.noted:
        earned = {target for target, earns in EARNS.items() if earns(set(saved.leaves))}
        earned |= {STACK} if earned >= set(STACKED) else set()
        held = Award.objects.filter(user_id=soak.ids[saved.learner])
        assert set(held.values_list("microcredential__slug", "milestone_key")) == earned
    assert soak.verdict() == set()


def test_who_is_not_enrolled_gets_nothing_and_the_verdict_knows(soak):
    stranger = next(number for number in range(SETUP.learners) if kind_of(SETUP, number) is Kind.STRANGER)
    soak.complete(stranger, sorted(NEEDED))
    assert soak.broken() == set()
    assert Award.objects.count() == 0
    api.award(soak.ids[stranger], "first-steps", reason="By mistake.")
    assert soak.broken() == {"awards that nobody earned"}


def test_a_missing_award_is_found(finished):
    Award.objects.filter(milestone_key="choose").delete()
    assert "awards missing" in finished.verdict()


def test_an_award_taken_away_is_missing(finished):
    award = Award.objects.get(milestone_key="choose")
    api.revoke(award.uuid, reason="So.")
    assert "awards missing" in finished.broken()


def test_an_announcement_too_many_and_one_too_few_are_found(finished):
    uuid = str(Award.objects.get(milestone_key="choose").uuid)
    apps._note("awarded", uuid)
    assert finished.verdict() == {"awards not announced exactly once"}


def test_an_award_that_was_never_announced_is_found(finished):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {apps.TABLE}")  # noqa: S608
    assert finished.verdict() == {"awards not announced exactly once"}


def test_a_second_line_of_history_is_found(finished):
    AwardEvent.objects.create(award=Award.objects.first(), kind="granted", at=now(), reason="Again.")
    assert finished.verdict() == {"awards without exactly one line of history"}


def test_rows_that_still_wait_are_found(finished):
    Pending.objects.create(user_id=finished.ids[0], context="x", change=1, changed_at=now())
    Pending.objects.create(user_id=finished.ids[1], context="x", change=1, changed_at=now(), parked_at=now())
    Award.objects.filter(milestone_key="choose").update(to_announce_since=now())
    assert finished.verdict() == {"learners still waiting", "learners parked", "announcements still waiting"}
