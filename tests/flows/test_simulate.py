"""A simulation says what a publish then does, for any definition and any learners, and writes nothing."""

import random
from typing import Any

import pytest
from django.contrib.auth.models import User

from microcred_plugin import api
from microcred_plugin.awards.models import Award
from microcred_plugin.definitions.models import Microcredential
from microcred_plugin.errors import Conflict, InvalidDefinition, NotFound
from microcred_plugin.evidence.models import Pending
from microcred_plugin.progress.models import Progress
from microcred_plugin.sandbox import learning
from tests.world import World, completion, definition, milestone

Publish = Any
LEAVES = ("html@h1", "html@h2", "html@h3", "html@h4", "problem@p1", "problem@p2")
BLOCKS = ("vertical@u1", "vertical@u2", "vertical@u3", "sequential@start", "chapter@work", "html@h2", "problem@p1")
MODES = ("audit", "verified", "honor")


def _requirement(choose: random.Random, depth: int = 2) -> dict[str, Any]:
    kind = choose.choice(["completion", "grade", "course", "all", "any", "at_least"] if depth else ["completion"])
    if kind in ("all", "any", "at_least"):
        children = [_requirement(choose, depth - 1) for _ in range(choose.randint(1, 3))]
        return {kind: children if kind != "at_least" else {"count": choose.randint(1, len(children)), "of": children}}
    if kind == "grade":
        return {"subsection_grade": {"block": "sequential@exam", "minimum": choose.choice(["0.3", "0.70", "1"])}}
    if kind == "course":
        return {"course_grade": {"course": "home", "minimum": choose.choice(["0.2", "0.5"])}}
    return completion(choose.choice(BLOCKS), percent=choose.choice([25, 50, 100]))


def _document(choose: random.Random) -> dict[str, Any]:
    count = choose.randint(1, 3)
    return definition(
        milestones=[
            {**milestone(f"m{number}", []), "require": {"all": [_requirement(choose)]}, "badge": choose.random() < 0.5}
            for number in range(count)
        ],
        award_when=choose.choice(["all", {"at_least": choose.randint(1, count)}]),
        eligibility={"enrolled": True, "modes": choose.choice(["any", ["verified"], ["verified", "honor"]])},
    )


def _learners(world: World, choose: random.Random) -> list[User]:
    learners = [world.learner(f"learner{number}", choose.choice(MODES)) for number in range(12)]
    for learner in learners:
        world.complete(learner, *choose.sample(LEAVES, choose.randint(0, len(LEAVES))))
        for problem in choose.sample(["problem@p1", "problem@p2"], choose.randint(0, 2)):
            world.score(learner, problem, choose.randint(0, 10))
        if choose.random() < 0.15:
            learning.unenrol(learner, world.run)
    return learners


@pytest.mark.parametrize("seed", range(25))
def test_what_is_simulated_is_what_a_publish_then_does(world: World, seed: int, settings: Any) -> None:
    settings.MICROCRED_BACKFILL_CHUNK = 5
    choose = random.Random(seed)  # noqa: S311
    learners, document = _learners(world, choose), _document(choose)
    told = api.simulate(document, world.run)
    assert not Progress.objects.exists()
    assert not Microcredential.objects.exists()
    api.save_draft(document, by=None, run=world.run)
    assert api.simulate("basics", world.run) == told
    api.publish("basics")
    enrolled = [learner for learner in learners if learning.is_enrolled(learner.pk, world.run)]
    assert told.learners == len(enrolled)
    assert told.would_earn == Award.objects.filter(milestone_key="").count()
    for part in document["milestones"]:
        shown = [api.course_progress(learner.pk, world.run)[0] for learner in enrolled]
        earned = sum(next(m for m in one.milestones if m.key == part["key"]).earned for one in shown)
        assert told.milestones[part["key"]] == earned
        if part["badge"]:
            assert Award.objects.filter(milestone_key=part["key"]).count() == earned
    assert list(api.reconcile()) == []
    assert not Pending.objects.exists()


@pytest.mark.parametrize("seed", range(8))
def test_judging_by_events_in_any_order_ends_where_a_backfill_ends(world: World, seed: int) -> None:
    """The same learners: some judged event by event, as published first; then all judged by a reconciliation."""
    choose = random.Random(100 + seed)  # noqa: S311
    document = _document(choose)
    api.save_draft(document, by=None, run=world.run)
    api.publish("basics")
    learners = _learners(world, choose)
    assert list(api.reconcile()) == []
    for learner in learners:
        world.complete(learner, *choose.sample(LEAVES, 2), completion=choose.choice([0.0, 0.5, 1.0]))
    assert {one.problem for one in api.reconcile()} == set()


def test_it_says_what_keeps_most_learners(world: World) -> None:
    for name, done in {"a": ("vertical@u1",), "b": ("vertical@u1",), "c": ("vertical@u2",), "d": ()}.items():
        world.complete(world.learner(name), *done)
    told = api.simulate(definition(), world.run)
    assert (told.learners, told.would_earn) == (4, 0)
    assert [(one.path.split("[")[-1], one.learners, one.only_this) for one in told.missing] == [
        ("1].completion", 3, 2),
        ("0].completion", 2, 1),
    ]
    assert "U2" in told.missing[0].text


def test_a_simulation_of_nonsense_says_what_is_wrong(world: World) -> None:
    with pytest.raises(InvalidDefinition):
        api.simulate(definition(units=["vertical@gone"]), world.run)
    with pytest.raises(InvalidDefinition):
        api.simulate({"format": "microcredential/1"}, world.run)
    with pytest.raises(NotFound):
        api.simulate("unknown", world.run)
    with pytest.raises((InvalidDefinition, NotFound, Conflict)):
        api.simulate(definition(), "course-v1:Org+Unknown+Run")
