"""What the REST API answers: the shapes, the numbers and times as text, and that reading changes nothing."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from microcred_plugin import api
from microcred_plugin.data import AwardData
from microcred_plugin.progress.models import Progress
from tests.world import RUN, World, completion, holding, milestone

from .conftest import Asking

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def counts() -> dict[str, int]:
    """Count the rows of everything but sessions."""
    models = [model for model in apps.get_models() if model._meta.app_label != "sessions"]
    return {model._meta.label: model._default_manager.count() for model in models}


def test_progress_names_every_milestone_and_what_is_left(
    world: World, learner: User, award: AwardData, ask: Asking
) -> None:
    world.complete(learner, "html@h2")
    answer = ask(learner, "api-v1-progress", RUN).json()
    assert (answer["run"], answer["username"]) == (RUN, "ada")
    (found,) = answer["microcredentials"]
    assert (found["slug"], found["earned"], found["fraction"]) == ("basics", False, "0.7500")
    one, two = found["milestones"]
    assert (one["earned"], one["fraction"], one["missing"]) == (True, "1.0000", [])
    assert one["award"]["uuid"] == str(award.uuid)
    (missing,) = two["missing"]
    assert (missing["requirement"], missing["have"], missing["need"]) == ("completion", "1", "2")
    (block,) = missing["blocks"]
    assert block["key"] == world.key("vertical@u2")
    assert block["url"].startswith("/")


def test_fractions_are_text_and_times_are_in_utc(world: World, learner: User, award: AwardData, ask: Asking) -> None:
    found = ask(learner, "api-v1-progress", RUN).json()["microcredentials"][0]
    assert found["fraction"] == "0.5000"
    assert TIME.fullmatch(found["as_of"])
    assert TIME.fullmatch(found["milestones"][0]["award"]["granted_at"])


def test_a_run_that_offers_nothing_has_an_empty_list(world: World, learner: User, ask: Asking) -> None:
    response = ask(learner, "api-v1-progress", "course-v1:Nobody+Knows+This")
    assert (response.status_code, response.json()["microcredentials"]) == (200, [])


@pytest.mark.parametrize("key", ["nonsense", "block-v1:Org+Demo+Run+type@html+block@h1", "course-v1:Org", "☃"])
def test_what_is_no_course_key_is_not_found(key: str, world: World, learner: User, ask: Asking) -> None:
    response = ask(learner, "api-v1-progress", key)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_reading_ones_progress_writes_nothing(world: World, learner: User, award: AwardData, ask: Asking) -> None:
    ask(learner, "api-v1-awards")  # logs in
    before = counts()
    for _ in range(2):
        assert ask(learner, "api-v1-progress", RUN).status_code == 200
        Progress.objects.all().delete()
        before["microcred_plugin.Progress"] = 0
    assert counts() == before


def test_what_was_never_judged_is_judged_for_the_answer_alone(
    world: World, learner: User, award: AwardData, ask: Asking
) -> None:
    Progress.objects.all().delete()
    found = ask(learner, "api-v1-progress", RUN).json()["microcredentials"][0]
    assert (found["fraction"], found["as_of"]) == ("0.5000", None)
    assert not Progress.objects.exists()


def test_progress_costs_at_most_five_queries_beyond_authentication(
    world: World, learner: User, publish: Any, ask: Asking, client: Any
) -> None:
    for number in range(6):
        publish(f"number-{number}", milestones=[milestone("m", [completion("vertical@u1"), completion("vertical@u3")])])
    world.complete(learner, "vertical@u1")
    assert len(ask(learner, "api-v1-progress", RUN).json()["microcredentials"]) == 6
    client.force_login(learner)
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/api/microcredentials/v1/courses/{RUN}/progress/")
    asked = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
    own = [sql for sql in asked if not re.search("FROM .(auth_user|django_session). WHERE", sql)]
    assert len(asked) - len(own) == 2, "the session and its user"
    assert [query["sql"] for query in captured if re.match("INSERT|UPDATE|DELETE", query["sql"])] == []
    assert len(own) <= 5, own


def test_course_staff_do_not_see_what_a_learner_does_beyond_the_course(
    world: World, learner: User, people: dict[str, User | None], offered: Any, publish: Any, ask: Asking
) -> None:
    publish("stack", run=None, milestones=[milestone("m", [holding(offered)])])
    own = ask(learner, "api-v1-progress", RUN).json()["microcredentials"][0]
    seen = ask(people["course staff"], "api-v1-progress", RUN, username="ada").json()
    assert [link["slug"] for link in own["counts_towards"]] == ["stack"]
    assert seen["username"] == "ada"
    assert seen["microcredentials"][0]["counts_towards"] == []


def test_awards_are_listed_a_page_at_a_time_newest_first(
    world: World, learner: User, publish: Any, ask: Asking
) -> None:
    for number in range(3):
        publish(f"number-{number}", units=["vertical@u1"])
    world.complete(learner, "vertical@u1")
    first = ask(learner, "api-v1-awards", page_size=2).json()
    second = ask(learner, "api-v1-awards", page_size=2, page=2).json()
    assert (first["count"], first["num_pages"], first["current_page"], first["start"]) == (3, 2, 1, 0)
    listed = [award["uuid"] for award in first["results"] + second["results"]]
    assert listed == [str(award.uuid) for award in api.awards_of(learner.pk)]
    assert "why" not in first["results"][0]


@pytest.mark.parametrize("page", ["0", "9", "x"])
def test_a_page_that_is_not_there_is_not_found(page: str, world: World, learner: User, ask: Asking) -> None:
    response = ask(learner, "api-v1-awards", page=page)
    assert (response.status_code, set(response.json())) == (404, {"detail", "code"})


def test_awards_of_others_are_not_listed(world: World, award: AwardData, ask: Asking) -> None:
    assert ask(world.learner("grace"), "api-v1-awards").json()["results"] == []


def test_an_award_says_why_and_what_happened_to_it(
    people: dict[str, User | None], learner: User, award: AwardData, ask: Asking
) -> None:
    api.revoke(award.uuid, reason="Copied.", by=people["course staff"].pk)  # type: ignore[union-attr]
    answer = ask(learner, "api-v1-award", award.uuid).json()
    assert (answer["milestone"], answer["state"], answer["evidence_level"]) == ("one", "revoked", "participation")
    assert answer["why"]["met"][0]["requirement"] == "completion"
    assert [(event["kind"], event["automatic"]) for event in answer["history"]] == [
        ("granted", True),
        ("revoked", False),
    ]
    assert answer["history"][1]["reason"] == "Copied."
    assert "actor_id" not in answer["history"][1]
    assert TIME.fullmatch(answer["history"][0]["at"])


def test_the_badge_is_drawn_and_goes_out_when_it_is_revoked(learner: User, award: AwardData, ask: Asking) -> None:
    response = ask(learner, "api-v1-award-badge", award.uuid)
    assert response["Content-Type"] == "image/svg+xml"
    assert "sandbox" in response["Content-Security-Policy"]
    assert ElementTree.fromstring(response.content.decode()).tag.endswith("svg")  # noqa: S314 - our own drawing
    api.revoke(award.uuid, reason="Copied.")
    unlit = ask(learner, "api-v1-award-badge", award.uuid)
    assert b"microcred-badge--lit" in response.content
    assert b"microcred-badge--lit" not in unlit.content


def test_the_badge_of_the_whole_has_a_segment_for_each_milestone(
    world: World, learner: User, award: AwardData, ask: Asking
) -> None:
    world.complete(learner, "vertical@u2")
    (whole,) = (one for one in api.awards_of(learner.pk) if not one.milestone_key)
    drawn = [ask(learner, "api-v1-award-badge", one.uuid).content.count(b"<path") for one in (award, whole)]
    assert drawn[1] > drawn[0]


def test_a_badge_is_drawn_for_an_award_given_by_hand(world: World, learner: User, offered: Any, ask: Asking) -> None:
    given = api.award(learner.pk, "basics", reason="Recognised prior learning.")
    response = ask(learner, "api-v1-award-badge", given.uuid)
    assert response.status_code == 200
    assert ask(learner, "api-v1-award", given.uuid).json()["why"]["reason"] == "Recognised prior learning."


def test_a_picture_is_answered_whatever_was_accepted(learner: User, award: AwardData, client: Any) -> None:
    client.force_login(learner)
    path = f"/api/microcredentials/v1/awards/{award.uuid}/badge.svg"
    assert client.get(path, HTTP_ACCEPT="image/avif,image/webp").status_code == 200
    assert client.get(path, HTTP_ACCEPT="image/svg+xml").status_code == 200


def test_a_format_that_is_not_there_is_not_found(learner: User, award: AwardData, ask: Asking) -> None:
    response = ask(learner, "api-v1-awards", format="html")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("accept", ["text/html", "application/xml"])
def test_an_answer_in_another_type_is_refused_in_our_shape(accept: str, learner: User, client: Any) -> None:
    client.force_login(learner)
    response = client.get("/api/microcredentials/v1/awards/", HTTP_ACCEPT=accept)
    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")
