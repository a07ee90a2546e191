"""Explaining, awarding, holding, revoking, restoring and confirming by command."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User

from microcred_plugin import api
from microcred_plugin.data import AwardState
from tests.world import RUN, World, completion, milestone

from .conftest import Microcred

ASKS = [
    milestone("one", [completion("vertical@u1")], badge=True),
    milestone("portfolio", [{"manual": {"prompt": "Portfolio reviewed"}}]),
]


@pytest.fixture
def offered(publish: Any, learner: User) -> Any:
    """Offer one with a milestone that staff confirm."""
    return publish(milestones=ASKS)


def test_explain_gives_the_document_that_is_promised(
    world: World, learner: User, offered: Any, microcred: Microcred
) -> None:
    world.complete(learner, "vertical@u1")
    found = microcred("explain", "ada", "basics", "--json").data
    assert {"microcredential", "version", "run", "earned", "fraction", "evidence_level", "milestones", "award"} <= set(
        found
    )
    assert (found["version"], found["run"], found["earned"], found["fraction"]) == (1, RUN, False, "0.5")
    assert found["award"] is None
    one, portfolio = found["milestones"]
    assert {"key", "title", "earned", "fraction", "missing"} <= set(one)
    assert (one["earned"], one["missing"]) == (True, [])
    (missing,) = portfolio["missing"]
    assert {"requirement", "have", "need", "blocks"} <= set(missing)
    assert (missing["requirement"], missing["have"], missing["need"]) == ("manual", "0", "1")


def test_no_number_in_an_explanation_is_a_binary_fraction(
    world: World, learner: User, offered: Any, microcred: Microcred
) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(text)

    world.complete(learner, "vertical@u1")
    json.loads(microcred("explain", "ada", "basics", "--json").out, parse_float=refuse)


def test_explain_names_the_award_once_it_is_earned(
    world: World, learner: User, publish: Any, microcred: Microcred
) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    award = microcred("explain", "ada", "Org/basics", "--run", RUN, "--json").data["award"]
    assert (award["state"], award["version"], award["run"]) == ("granted", 1, RUN)


def test_explain_speaks_to_people(world: World, learner: User, offered: Any, microcred: Microcred) -> None:
    world.complete(learner, "vertical@u1")
    text = microcred("explain", "ada", "basics").out
    assert "version 1 in course-v1:Org+Demo+Run" in text
    assert "ada has shown 50 %: 1 of 2 milestones, evidence level " in text
    assert "[x] One        100 %" in text
    assert "[ ] Portfolio    0 %" in text
    assert "manual: 0 of 1\n        Portfolio reviewed" in text
    assert "badge of one " in text


def test_explain_names_the_blocks_and_the_choice(
    world: World, learner: User, publish: Any, microcred: Microcred
) -> None:
    publish(
        milestones=[
            {"key": "m", "title": "M", "require": {"any": [completion("vertical@u1"), completion("vertical@u2")]}}
        ]
    )
    world.complete(learner, "html@h2")
    text = microcred("explain", "ada", "basics").out
    assert "completion: 1 of 2 (any 1 of 2 such is enough)" in text
    assert f"        {world.key('vertical@u2')}\n" in text
    assert "No award." in text


def test_explain_says_when_somebody_is_not_eligible(world: World, publish: Any, microcred: Microcred) -> None:
    publish()
    User.objects.create_user("stranger")
    assert "Not eligible" in microcred("explain", "stranger", "basics").out


def test_explain_names_the_runs_there_are(world: World, offered: Any, microcred: Microcred) -> None:
    called = microcred("explain", "ada", "basics", "--run", "course-v1:No+Such+Run")
    assert called.code == 2
    assert RUN in called.err


def test_an_award_by_hand_is_recorded_with_who_and_why(
    world: World, learner: User, offered: Any, microcred: Microcred
) -> None:
    root = User.objects.create_superuser("root")
    called = microcred("award", "ada", "basics", "--reason", "File 2031", "--as", "root", "--json")
    assert (called.code, called.data["state"]) == (0, "granted")
    (award,) = api.awards_of(learner.pk)
    assert str(award.uuid) == called.data["uuid"]
    assert [(event.reason, event.actor_id) for event in award.history] == [("File 2031", root.pk)]


def test_nothing_is_awarded_twice(world: World, offered: Any, microcred: Microcred) -> None:
    assert microcred("award", "ada", "basics", "--reason", "r").code == 0
    called = microcred("award", "ada", "basics", "--reason", "r")
    assert called.code == 2
    assert "already" in called.err


def test_an_empty_reason_is_none(world: World, offered: Any, microcred: Microcred) -> None:
    called = microcred("award", "ada", "basics", "--reason", "  ")
    assert called.code == 2
    assert "A reason is needed" in called.err


def test_an_award_is_held_revoked_and_restored(world: World, learner: User, offered: Any, microcred: Microcred) -> None:
    uuid = microcred("award", "ada", "basics", "--reason", "r", "--json").data["uuid"]
    for verb, state in (("hold", AwardState.HELD), ("revoke", AwardState.REVOKED), ("restore", AwardState.GRANTED)):
        called = microcred(verb, uuid, "--reason", f"to {verb}", "--json")
        assert (called.code, called.data["state"]) == (0, state)
    history = api.awards_of(learner.pk)[0].history
    assert [event.kind for event in history] == ["granted", "held", "revoked", "restored"]
    assert history[-1].reason == "to restore"


def test_what_is_granted_cannot_be_restored(world: World, offered: Any, microcred: Microcred) -> None:
    uuid = microcred("award", "ada", "basics", "--reason", "r", "--json").data["uuid"]
    called = microcred("restore", uuid, "--reason", "r")
    assert called.code == 2
    assert "it cannot become granted" in called.err


def test_confirming_earns_what_waits_for_it(world: World, learner: User, offered: Any, microcred: Microcred) -> None:
    world.complete(learner, "vertical@u1")
    called = microcred("confirm", "ada", "basics", "portfolio", "--reason", "Seen.", "--json")
    assert (called.code, called.data["new"]) == (0, True)
    assert "" in {award.milestone_key for award in api.awards_of(learner.pk)}
    again = microcred("confirm", "ada", "basics", "portfolio", "--reason", "Seen.")
    assert (again.code, again.out) == (0, "portfolio was confirmed before.\n")


def test_a_milestone_that_nobody_confirms_names_those_that_one_does(
    world: World, offered: Any, microcred: Microcred
) -> None:
    called = microcred("confirm", "ada", "basics", "one", "--reason", "r")
    assert called.code == 2
    assert "portfolio" in called.err
