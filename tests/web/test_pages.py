"""Pages of ours in LMS and Studio: who may see them, and what stands there."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from microcred_plugin import api
from microcred_plugin.data import AwardData
from microcred_plugin.evidence import outbox
from microcred_plugin.flows import offerings
from microcred_plugin.progress.models import Progress
from microcred_plugin.sandbox.models import SandboxCourse
from microcred_plugin.web import studio_urls, urls
from microcred_plugin.web.learner import shelves
from tests.faults import without_table
from tests.world import RUN, World, completion, holding, milestone

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
        if not str(pattern.pattern).startswith("api/")
        and not any(part in str(pattern.pattern) for part in ("assets/", "preview/"))  # test_studio_page.py
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
    assert "1 of 2 milestones earned" in page
    assert page.count('<li class="mp-done">') == 1
    assert re.search(r'Next step.*class="mp-button" href="[^"]*block@u2[^"]*"><bdi>U2<', page, re.DOTALL)
    assert "under way" not in page


def test_what_is_earned_says_so(world: World, learner: User, award: AwardData) -> None:
    world.complete(learner, "vertical@u2")
    page = get(learner, LMS).content.decode()
    assert "Earned today" in page
    assert "You have earned the microcredential of this course." in page
    assert "<progress" not in page
    assert "Next step" not in page


@pytest.mark.parametrize(("verb", "told"), [("hold", "is on hold"), ("revoke", "was revoked")])
def test_an_award_that_does_not_count_is_not_shown_as_progress(
    verb: str, told: str, world: World, learner: User, award: AwardData
) -> None:
    world.complete(learner, "vertical@u2")
    whole = next(one for one in api.awards_of(learner.pk) if not one.milestone_key)
    getattr(api, verb)(whole.uuid, reason="Copied.")
    page = get(learner, LMS).content.decode()
    assert told in page
    assert "Not valid now" in page
    assert not any(text in page for text in ("You have earned", "100%", "<progress", "Copied."))


def test_who_is_not_enrolled_is_asked_to_and_led_nowhere_else(people: dict[str, User | None], award: AwardData) -> None:
    stranger = User.objects.create_user("stranger")
    page = get(stranger, LMS).content.decode()
    assert page.count("Enrol in this course to earn it.") == 1
    assert "U1" in page
    assert "jump_to" not in page, "units are not open to them"


def test_the_furthest_comes_first_and_many_keep_only_their_next_step(world: World, learner: User, publish: Any) -> None:
    for number in range(1, 6):
        units = [f"vertical@u{unit}" for unit in range(1, 4)][: 1 + number % 3]
        publish(f"m{number}", milestones=[milestone(unit[-2:], [completion(unit)]) for unit in units])
    world.complete(learner, "vertical@u2")
    page = get(learner, LMS).content.decode()
    assert re.findall(r"<h3[^>]*><bdi>(M\d)", page) == ["M1", "M4", "M2", "M5", "M3"]
    assert page.count("All milestones") == 5 - shelves.OPEN


def test_a_stack_leads_to_what_it_is_built_on(world: World, learner: User, publish: Any) -> None:
    below = publish("below", title="Below")
    publish("above", title="Above", milestones=[milestone("one", [holding(below), completion("vertical@u3")])])
    page = get(learner, LMS).content.decode()
    assert f'<a href="#{below.uuid}"><bdi>Below' in page
    assert f'id="{below.uuid}"' in page


def test_a_part_that_was_deleted_is_told_without_its_key(world: World, learner: User, publish: Any) -> None:
    publish(units=["vertical@u1", "vertical@u2"])
    world.remove("vertical@u1")
    page = get(learner, LMS).content.decode()
    assert "It asks for something that is not in the course now." in page
    assert "A part that is not in the course now" in page
    assert world.key("vertical@u1") not in page


@pytest.mark.parametrize(("path", "gone"), [(LMS, Progress), (STUDIO, SandboxCourse)])
def test_a_page_that_cannot_be_made_asks_to_try_again_and_the_log_says_why(
    path: str, gone: Any, people: dict[str, User | None], award: AwardData, caplog: pytest.LogCaptureFixture
) -> None:
    with without_table(gone):
        response = get(people["author"], path)
    assert response.status_code == 503
    assert "Nothing is lost" in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert [one.microcred["event"] for one in caplog.records if hasattr(one, "microcred")] == ["page-not-shown"]


def test_a_platform_that_does_not_answer_is_no_error_page(
    stumbling: Any, world: World, publish: Any, learner: User
) -> None:
    publish()
    outbox.mark(learner.pk, RUN)
    stumbling.fail("enrolments")
    assert get(learner, LMS).status_code == 503
    stumbling.recover()
    assert get(learner, LMS).status_code == 200


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
