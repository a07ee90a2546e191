"""Who may read what: every address of ours times everybody who may ask, and how they may say who they are."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from microcred_plugin import api
from microcred_plugin.data import AwardData
from microcred_plugin.web import urls
from tests.world import RUN, World

from .conftest import Asking

#: address → who → status; the address is a name of ours, with "?" when another learner is named in the query.
MATRIX: dict[str, dict[str, int]] = {
    "api-v1-progress": {
        "anonymous": 401,
        "learner": 200,
        "other learner": 200,
        "course staff": 200,
        "limited staff": 200,
        "staff of another course": 200,
        "author": 200,
        "superuser": 200,
        "inactive": 200,
    },
    "api-v1-progress?": {
        "anonymous": 401,
        "learner": 200,
        "other learner": 403,
        "course staff": 200,
        "limited staff": 200,
        "staff of another course": 403,
        "author": 200,
        "superuser": 200,
        "inactive": 403,
    },
    "api-v1-my-data": {
        "anonymous": 401,
        "learner": 200,
        "other learner": 200,
        "course staff": 200,
        "limited staff": 200,
        "staff of another course": 200,
        "author": 200,
        "superuser": 200,
        "inactive": 200,
    },
    "api-v1-awards": {
        "anonymous": 401,
        "learner": 200,
        "other learner": 200,
        "course staff": 200,
        "limited staff": 200,
        "staff of another course": 200,
        "author": 200,
        "superuser": 200,
        "inactive": 200,
    },
}
#: Both addresses of an award.
_AWARD = {
    "anonymous": 401,
    "learner": 200,
    "other learner": 404,
    "course staff": 200,
    "limited staff": 200,
    "staff of another course": 404,
    "author": 200,
    "superuser": 200,
    "inactive": 404,
}
_OF_AN_AWARD = ("api-v1-award", "api-v1-award-badge")
MATRIX |= dict.fromkeys(_OF_AN_AWARD, _AWARD)
MATRIX |= {
    "api-v1-health": dict.fromkeys(_AWARD, 200),  # what is told differs: tests/web/test_operating.py
    "api-v1-metrics": {**dict.fromkeys(_AWARD, 403), "anonymous": 401, "superuser": 200},
}
CASES = [(address, who, status) for address, row in MATRIX.items() for who, status in row.items()]


def _arguments(address: str, award: AwardData) -> list[str]:
    return [RUN] if "progress" in address else [str(award.uuid)] if address in _OF_AN_AWARD else []


@pytest.mark.parametrize(("address", "who", "status"), CASES)
def test_everybody_gets_what_is_theirs(
    address: str, who: str, status: int, people: dict[str, User | None], award: AwardData, ask: Asking
) -> None:
    query = {"username": "ada"} if address.endswith("?") else {}
    response = ask(people[who], address.rstrip("?"), *_arguments(address, award), **query)
    assert response.status_code == status
    assert response["Cache-Control"] == "private, no-store"
    if status != 200:
        assert set(response.json()) == {"detail", "code"}


def _names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns)
        else:
            yield str(pattern.name)


def test_no_address_of_ours_is_missing_from_the_matrix() -> None:
    ours = {name for name in _names(urls.urlpatterns) if name.startswith("api-")}  # pages: test_pages.py
    assert ours == {address.rstrip("?") for address in MATRIX}


def test_everybody_is_in_every_row(people: dict[str, User | None]) -> None:
    assert all(set(row) == set(people) for row in MATRIX.values())


@pytest.mark.parametrize("address", sorted({address.rstrip("?") for address in MATRIX}))
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_changed(
    address: str, method: str, people: dict[str, User | None], award: AwardData, ask: Asking
) -> None:
    client = Client()
    client.force_login(people["superuser"])  # type: ignore[arg-type]
    path = reverse(f"microcred_plugin:{address}", args=_arguments(address, award))
    response = getattr(client, method)(path)
    assert response.status_code == 405
    assert response.json()["code"] == "method_not_allowed"


def test_an_award_one_may_not_see_is_answered_like_one_that_does_not_exist(
    people: dict[str, User | None], award: AwardData, ask: Asking
) -> None:
    nowhere = "0f4c0a3e-7a0f-4f2e-9a7f-000000000000"
    hidden = ask(people["other learner"], "api-v1-award", award.uuid).json()
    missing = ask(people["other learner"], "api-v1-award", nowhere).json()
    assert hidden["code"] == missing["code"] == "not_found"
    assert hidden["detail"].replace(str(award.uuid), nowhere) == missing["detail"]


def test_who_may_not_see_others_does_not_learn_who_exists(
    world: World, people: dict[str, User | None], ask: Asking
) -> None:
    answers = [
        ask(people["staff of another course"], "api-v1-progress", RUN, username=name) for name in ("ada", "nobody")
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].content == answers[1].content


def test_course_staff_are_told_that_there_is_no_such_learner(people: dict[str, User | None], ask: Asking) -> None:
    response = ask(people["course staff"], "api-v1-progress", RUN, username="nobody")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert "nobody" in response.json()["detail"]


def test_an_award_of_no_run_is_its_owners_alone(
    world: World, people: dict[str, User | None], learner: User, offered: Any, publish: Any, ask: Asking
) -> None:
    stacked = {"key": "m", "title": "M", "require": {"microcredential": {"uuid": str(offered.uuid)}}}
    publish("stack", run=None, milestones=[stacked])
    world.complete(learner, "vertical@u1", "vertical@u2")
    (award,) = (award for award in api.awards_of(learner.pk) if award.slug == "stack")
    assert award.run == ""
    assert ask(learner, "api-v1-award", award.uuid).status_code == 200
    assert ask(people["superuser"], "api-v1-award", award.uuid).status_code == 404


def test_somebody_inactive_sees_what_they_earned_before(
    people: dict[str, User | None], learner: User, award: AwardData, ask: Asking
) -> None:
    User.objects.filter(pk=learner.pk).update(is_active=False)
    learner.refresh_from_db()
    assert ask(learner, "api-v1-award", award.uuid).status_code == 200


def test_a_token_is_as_good_as_a_session(learner: User, award: AwardData, ask_by_token: Asking) -> None:
    response = ask_by_token(learner, "api-v1-award", award.uuid)
    assert (response.status_code, response.json().get("uuid")) == (200, str(award.uuid)), response.json()


def test_a_token_of_a_restricted_application_opens_nothing(
    learner: User, award: AwardData, ask_by_token: Asking
) -> None:
    response = ask_by_token(learner, "api-v1-award", award.uuid, is_restricted=True)
    assert response.status_code == 403
    assert set(response.json()) == {"detail", "code"}


@pytest.mark.filterwarnings("ignore:.*HMAC key:")
def test_a_forged_token_opens_nothing(learner: User, award: AwardData, settings: Any) -> None:
    import jwt

    claims = {"preferred_username": "ada", "iss": "sandbox", "aud": "sandbox", "exp": 2**33}
    token = jwt.encode(claims, "not-the-key" * 4)
    path = reverse("microcred_plugin:api-v1-awards")
    response = Client().get(path, HTTP_AUTHORIZATION=f"JWT {token}")
    assert response.status_code == 401
    assert set(response.json()) == {"detail", "code"}


def test_the_operator_chooses_how_to_authenticate(
    learner: User, award: AwardData, ask: Asking, ask_by_token: Asking, settings: Any
) -> None:
    settings.MICROCRED_API_AUTHENTICATION = ["rest_framework.authentication.SessionAuthentication"]
    assert ask(learner, "api-v1-awards").status_code == 200
    assert ask_by_token(learner, "api-v1-awards").status_code == 403  # no way to authenticate by header is left


def test_a_class_that_cannot_be_imported_is_named(learner: User, world: World, ask: Asking, settings: Any) -> None:
    settings.MICROCRED_API_AUTHENTICATION = ["no.such.Class"]
    with pytest.raises(Exception, match=r"MICROCRED_API_AUTHENTICATION: no\.such\.Class cannot be imported"):
        ask(learner, "api-v1-awards")


def test_a_user_may_ask_so_often_and_no_oftener(learner: User, world: World, ask: Asking, settings: Any) -> None:
    settings.MICROCRED_API_THROTTLE_RATE = "2/minute"
    statuses = [ask(learner, "api-v1-awards").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert ask(world.learner("grace"), "api-v1-awards").status_code == 200


def test_an_empty_rate_is_no_limit(learner: User, world: World, ask: Asking, settings: Any) -> None:
    settings.MICROCRED_API_THROTTLE_RATE = ""
    assert {ask(learner, "api-v1-awards").status_code for _ in range(130)} == {200}
