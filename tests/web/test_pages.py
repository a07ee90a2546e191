"""Pages of ours in LMS and Studio: who may see them, and what stands there."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from microcred_plugin.data import AwardData
from microcred_plugin.flows import offerings
from microcred_plugin.web import studio_urls, urls
from tests.world import RUN, World

LMS, STUDIO = f"/microcredentials/courses/{RUN}/", f"/studio/microcredentials/studio/{RUN}/"
NOWHERE = "course-v1:No+Such+Course"
#: page → who → status
MATRIX = {
    LMS: {
        "anonymous": 302,
        "learner": 200,
        "other learner": 200,
        "course staff": 200,
        "staff of another course": 200,
        "author": 200,
        "superuser": 200,
        "inactive": 200,
    },
    STUDIO: {
        "anonymous": 302,
        "learner": 404,
        "other learner": 404,
        "course staff": 200,
        "staff of another course": 404,
        "author": 200,
        "superuser": 200,
        "inactive": 404,
    },
}


def get(user: User | None, path: str) -> Any:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(path)


@pytest.mark.parametrize(("path", "who"), [(path, who) for path, row in MATRIX.items() for who in row])
def test_everybody_sees_the_pages_that_are_theirs(
    path: str, who: str, people: dict[str, User | None], award: AwardData
) -> None:
    response = get(people[who], path)
    assert response.status_code == MATRIX[path][who]
    assert "no-store" in response.headers.get("Cache-Control", "") or response.status_code in (302, 404)


def test_every_page_is_in_the_matrix() -> None:
    pages = [
        pattern
        for pattern in [*urls.urlpatterns, *studio_urls.urlpatterns]
        if not str(pattern.pattern).startswith("api/") and "assets/" not in str(pattern.pattern)
    ]
    assert len(pages) == len(MATRIX)


@pytest.mark.parametrize("path", MATRIX)
def test_pages_are_read_only(path: str, people: dict[str, User | None], award: AwardData) -> None:
    client = Client()
    client.force_login(people["superuser"])  # type: ignore[arg-type]
    assert {client.post(path).status_code, client.put(path).status_code} == {405}


@pytest.mark.parametrize("path", MATRIX)
def test_a_course_that_is_not_there_is_not_found(path: str, people: dict[str, User | None]) -> None:
    for key in (NOWHERE, "not a key", "library-v1:Org+Lib"):
        assert get(people["superuser"], path.replace(RUN, key)).status_code == 404


def test_a_learner_sees_how_far_they_are_and_where_to_go_on(world: World, learner: User, award: AwardData) -> None:
    page = get(learner, LMS).content.decode()
    assert "50% complete" in page
    assert page.count('<li class="mp-done">') == 1
    assert "U2" in page
    assert "under way" not in page


def test_what_is_earned_says_so(world: World, learner: User, award: AwardData) -> None:
    world.complete(learner, "vertical@u2")
    page = get(learner, LMS).content.decode()
    assert "Earned on" in page
    assert "% complete" not in page.partition("<ol")[0].partition('class="mp-state"')[2]


def test_staff_see_the_figures_of_the_run(world: World, people: dict[str, User | None], award: AwardData) -> None:
    assert "In this run: 0 earned, 1 under way." in get(people["course staff"], LMS).content.decode()
    world.complete(people["learner"], "vertical@u2")  # type: ignore[arg-type]
    assert "In this run: 1 earned, 0 under way." in get(people["course staff"], LMS).content.decode()


def test_a_course_without_any_says_so(world: World, people: dict[str, User | None]) -> None:
    assert "No microcredential can be earned" in get(people["learner"], LMS).content.decode()


def test_hostile_titles_stay_text(world: World, learner: User, publish: Any) -> None:
    publish(title="<script>alert(1)</script>")
    page = get(learner, LMS).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_course_page_costs_a_constant_number_of_queries(
    world: World, learner: User, publish: Any, django_assert_max_num_queries: Any
) -> None:
    for slug in ("one", "two", "three", "four"):
        publish(slug)
    get(learner, LMS)
    client = Client()
    client.force_login(learner)
    with django_assert_max_num_queries(14):
        client.get(LMS)


def test_a_run_offered_inactively_shows_nothing_to_learners(world: World, learner: User, offered: Any) -> None:
    other = World("course-v1:Org+Demo+Other")
    offerings.offer_in_rerun(world.run, other.run)
    page = get(learner, f"/microcredentials/courses/{other.run}/").content.decode()
    assert "No microcredential can be earned" in page
