"""The sandbox in a browser: who may see what, learning in a unit, answering, and a badge that appears."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from completion.models import BlockCompletion
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from microcred_plugin import api
from microcred_plugin.sandbox import importing, learning
from microcred_plugin.sandbox.models import Score
from tests.sandbox import exports
from tests.sandbox.conftest import signed_in

RUN = exports.KEY
COURSE = f"/courses/{RUN}/"


def key(kind: str, name: str) -> str:
    return importing.usage_key(RUN, kind, name)


UNIT_1, UNIT_2 = f"{COURSE}units/{key('vertical', 'u1')}", f"{COURSE}units/{key('vertical', 'u2')}"


def handler(kind: str, name: str, what: str) -> str:
    return f"{COURSE}xblock/{key(kind, name)}/handler/{what}"


def post(client: Client, url: str, **body: Any) -> Any:
    return client.post(url, json.dumps(body), content_type="application/json")


def completed() -> set[str]:
    return {str(row.block_key).rpartition("@")[2] for row in BlockCompletion.objects.filter(completion=1)}


def with_ours(tmp_path: Path) -> str:
    """Import the tiny course with a block of ours in its second unit, and something to earn."""
    vertical = '<vertical display_name="Do"><microcredential url_name="m1"/><html url_name="x">x</html></vertical>'
    run = importing.import_course(exports.folder(tmp_path, {"vertical/u2.xml": vertical})).key
    publish()
    return run


def publish() -> None:
    milestone = {"key": "all", "title": "Read it", "badge": True, "require": {"completion": {"block": "html@h1"}}}
    document = {
        "format": "microcredential/1", "slug": "reader", "title": "Tiny reader", "issuer": "Org",
        "milestones": [milestone],
    }  # fmt: skip
    api.save_draft(document, by=None, run=RUN)
    api.publish("reader")


# Who may see what


@pytest.mark.parametrize("url", ["/", COURSE, UNIT_1, f"{COURSE}studio/", f"{COURSE}jump_to/u1"])
def test_who_is_not_signed_in_is_asked_who_they_are(tiny: str, client: Client, url: str) -> None:
    response = client.get(url)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login/?next=")


@pytest.mark.parametrize(
    "url",
    [
        UNIT_1,
        f"{COURSE}studio/",
        f"{COURSE}assets/cat.png",
        f"{COURSE}units/nonsense",
        "/courses/course-v1:No+Such+Course/",
        f"/courses/{RUN.lower()}/",
    ],
)
def test_a_stranger_to_the_course_is_told_that_nothing_is_there(tiny: str, stranger: Client, url: str) -> None:
    assert stranger.get(url).status_code == 404


def test_handlers_refuse_the_anonymous_and_know_nothing_for_strangers(
    tiny: str, client: Client, stranger: Client
) -> None:
    url = handler("html", "h1", "publish_completion")

    assert post(client, url, completion=1).status_code == 403
    assert post(stranger, url, completion=1).status_code == 404
    assert completed() == set()


def test_handlers_want_a_csrf_token(tiny: str, learner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)

    assert post(client, handler("html", "h1", "publish_completion"), completion=1).status_code == 403


def test_a_stranger_sees_the_outline_and_can_enrol(tiny: str, stranger: Client) -> None:
    page = stranger.get(COURSE).content.decode()
    response = stranger.post(f"{COURSE}enrol")

    assert "Enrol" in page
    assert UNIT_1 not in page
    assert response.headers["Location"] == COURSE
    assert stranger.get(UNIT_1).status_code == 200


def test_a_learner_is_not_shown_studio_and_an_author_is(tiny: str, browser: Client, author: Client) -> None:
    assert browser.get(f"{COURSE}studio/").status_code == 404
    assert author.get(f"{COURSE}studio/").status_code == 200


def test_what_only_staff_see_is_not_there_for_learners_and_is_marked_for_authors(
    tiny: str, browser: Client, author: Client, tmp_path: Path
) -> None:
    vertical = '<vertical display_name="Do"><html url_name="s" visible_to_staff_only="true">Secret</html></vertical>'
    importing.import_course(exports.folder(tmp_path / "again", {"vertical/u2.xml": vertical}))

    assert "Secret" not in browser.get(UNIT_2).content.decode()
    assert "Staff only" in author.get(UNIT_2).content.decode()
    assert post(browser, handler("html", "s", "publish_completion"), completion=1).status_code == 404


def test_content_of_another_group_is_neither_shown_nor_completed(tiny: str, browser: Client, tmp_path: Path) -> None:
    vertical = '<vertical display_name="Do"><html url_name="g" group_access=\'{"9": [1]}\'>Others</html></vertical>'
    importing.import_course(exports.folder(tmp_path / "again", {"vertical/u2.xml": vertical}))

    assert "Others" not in browser.get(UNIT_2).content.decode()
    assert post(browser, handler("html", "g", "publish_completion"), completion=1).status_code == 404


# Signing in


def test_one_click_signs_in_and_leads_back(tiny: str, learner: User, client: Client) -> None:
    page = client.get("/login/", {"next": UNIT_1}).content.decode()
    response = client.post("/login/", {"username": "ada", "next": UNIT_1})

    assert 'value="ada"' in page
    assert response.headers["Location"] == UNIT_1
    assert client.get(UNIT_1).status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(learner: User, client: Client, target: str) -> None:
    assert client.post("/login/", {"username": "ada", "next": target}).headers["Location"] == "/"


def test_nobody_signs_in_who_is_not_there_or_not_active(learner: User, client: Client) -> None:
    User.objects.filter(pk=learner.pk).update(is_active=False)

    assert [client.post("/login/", {"username": name}).status_code for name in ("ada", "nobody")] == [404, 404]


def test_signing_out_asks_again(browser: Client) -> None:
    browser.post("/logout/")

    assert browser.get("/").status_code == 302


# Learning


def test_a_unit_shows_its_blocks_and_the_way_on(browser: Client) -> None:
    page = browser.get(UNIT_1).content.decode()

    assert "<p>Read" in page
    assert f'src="{COURSE}assets/cat.png"' in page
    assert "Mark as watched" in page
    assert "Hi." in page
    assert f'rel="next" href="{UNIT_2}"' in page
    assert 'rel="prev"' not in page


def test_reading_a_text_completes_it_as_on_the_platform(browser: Client, learner: User) -> None:
    response = post(browser, handler("html", "h1", "publish_completion"), completion=1)
    row = BlockCompletion.objects.get()

    assert (response.status_code, response.json()) == (200, {"result": "ok"})
    assert (row.user, str(row.block_key), row.completion) == (learner, key("html", "h1"), 1)
    assert "Complete" in browser.get(UNIT_1).content.decode()


@pytest.mark.parametrize("block", [("vertical", "u1"), ("problem", "p1"), ("discussion", "d1")])
def test_a_page_cannot_complete_containers_problems_or_discussions(browser: Client, block: tuple[str, str]) -> None:
    assert post(browser, handler(*block, "publish_completion"), completion=1).status_code == 400
    assert completed() == set()


@pytest.mark.parametrize("completion", [2, -1, "1", True, None])
def test_a_completion_is_a_number_from_nought_to_one(browser: Client, completion: Any) -> None:
    assert post(browser, handler("html", "h1", "publish_completion"), completion=completion).status_code == 400


@pytest.mark.parametrize(("answer", "earned"), [("4", "1"), ("5", "0")])
def test_an_answer_is_judged_on_the_server_scored_and_completes(browser: Client, answer: str, earned: str) -> None:
    response = post(browser, handler("problem", "p1", "xmodule_handler/problem_check"), q1=[answer])

    assert response.json() == {"results": {"q1": earned == "1"}, "earned": earned, "possible": "1"}
    assert Score.objects.get().earned == Decimal(earned)
    assert completed() == {"p1"}
    assert f'value="{answer}"' in browser.get(UNIT_2).content.decode()


def test_points_cannot_be_claimed_by_the_page(browser: Client) -> None:
    post(browser, handler("problem", "p1", "xmodule_handler/problem_check"), q1=["5"], earned=1, results={"q1": True})

    assert Score.objects.get().earned == 0


@pytest.mark.parametrize("what", ["nonsense", "xmodule_handler/nonsense"])
def test_a_handler_that_does_not_exist_is_not_there(browser: Client, what: str) -> None:
    assert post(browser, handler("html", "h1", what)).status_code == 404


def test_handlers_of_learning_are_not_called_by_a_link(browser: Client) -> None:
    assert browser.get(handler("html", "h1", "publish_completion")).status_code == 405


def test_the_outline_counts_what_is_complete_and_continues_where_something_is_left(
    browser: Client, learner: User
) -> None:
    learning.complete(learner, [key("html", "h1"), key("video", "v1")])
    page = browser.get(COURSE).content.decode()

    assert "2 of 3" in page
    assert re.search(rf'class="button" href="{re.escape(UNIT_2)}"', page)


def test_starting_over_forgets_what_was_done(browser: Client, learner: User) -> None:
    learning.complete(learner, [key("html", "h1")])
    browser.post(f"{COURSE}reset")

    assert completed() == set()


@pytest.mark.parametrize(
    ("reference", "place"),
    [
        ("u2", UNIT_2),
        ("vertical@u2", UNIT_2),
        (key("problem", "p1"), f"{UNIT_2}#p1"),
        (key("sequential", "s1"), UNIT_1),
        (key("chapter", "c1"), UNIT_1),
    ],
)
def test_a_link_to_any_block_leads_to_its_unit(browser: Client, reference: str, place: str) -> None:
    assert browser.get(f"{COURSE}jump_to/{reference}").headers["Location"] == place


def test_a_bank_shows_each_learner_their_own_and_always_the_same(tiny: str, learner: User, tmp_path: Path) -> None:
    problems = "".join(f'<html url_name="b{n}">Item number {n}.</html>' for n in range(9))
    vertical = f'<vertical display_name="Do"><itembank url_name="i" max_count="2">{problems}</itembank></vertical>'
    importing.import_course(exports.folder(tmp_path / "again", {"vertical/u2.xml": vertical}))

    def shown(user: User) -> list[str]:
        return re.findall(r"Item number \d", signed_in(user).get(UNIT_2).content.decode())

    assert len(shown(learner)) == 2
    assert shown(learner) == shown(learner)
    others = []
    for number in range(8):
        other = User.objects.create_user(f"other{number}")
        learning.enrol(other, tiny)
        others.append(tuple(shown(other)))
    assert len(set(others)) > 1


# Our block


def test_our_block_shows_progress_and_a_badge_once_it_is_earned(transactional_db: None, tmp_path: Path) -> None:
    run = with_ours(tmp_path)
    learner = User.objects.create_user("ada")
    learning.enrol(learner, run)
    browser = signed_in(learner)
    before = browser.get(UNIT_2).content.decode()
    post(browser, handler("html", "h1", "publish_completion"), completion=1)
    state = browser.get(handler("microcredential", "m1", "progress")).json()

    assert "Tiny reader" in before
    assert 'data-microcred-award="' not in before
    assert 'data-microcred-award="' in state["html"]
    assert 'data-microcred-award="' in browser.get(UNIT_2).content.decode()


def test_a_course_without_our_block_shows_it_on_the_outline_and_in_units(browser: Client) -> None:
    publish()
    guest = re.escape(key("microcredential", "sandbox"))

    for url in (COURSE, UNIT_1):
        assert re.search(rf'data-usage="{guest}"', browser.get(url).content.decode())
    assert browser.get(handler("microcredential", "sandbox", "progress")).json()["html"]


def test_the_blocks_script_runs_and_nothing_else_does(browser: Client) -> None:
    publish()
    response = browser.get(UNIT_1)
    page, policy = response.content.decode(), response.headers["Content-Security-Policy"]
    nonces = set(re.findall(r'nonce="([^"]+)"', page))

    assert len(nonces) == 1
    assert f"script-src 'nonce-{nonces.pop()}';" in policy
    assert page.count("function MicrocredentialXBlock(") == 1
    assert "http://" not in re.sub(r'xmlns(:\w+)?="[^"]+"', "", page).replace("http://www.w3.org", "")


def test_arguments_of_a_blocks_script_cannot_end_it(transactional_db: None, tmp_path: Path) -> None:
    run = with_ours(tmp_path)
    learner = User.objects.create_user("ada")
    learning.enrol(learner, run)
    page = signed_in(learner).get(UNIT_2).content.decode()
    (arguments,) = re.findall(r'<script type="json/xblock-args">(.*?)</script>', page, re.DOTALL)

    assert "<" not in arguments
    assert "digest" in json.loads(arguments)


def test_studio_shows_preview_and_editor_and_saving_changes_the_block(author: Client, tmp_path: Path) -> None:
    run = with_ours(tmp_path / "again")
    page = author.get(f"/courses/{run}/studio/").content.decode()
    url = f"/courses/{run}/studio/xblock/{key('microcredential', 'm1')}/handler/save_settings"
    response = post(author, url, display_name="Look here", microcredential="", variant="badge")

    assert "Tiny reader" in page
    assert "data-microcred-form" in page
    assert (response.status_code, response.json()) == (200, {"result": "success"})
    assert "Look here" in author.get(f"/courses/{run}/studio/").content.decode()


def test_a_learner_cannot_change_a_block(transactional_db: None, tmp_path: Path) -> None:
    run = with_ours(tmp_path)
    learner = User.objects.create_user("ada")
    learning.enrol(learner, run)
    browser = signed_in(learner)
    studio = f"/courses/{run}/studio/xblock/{key('microcredential', 'm1')}/handler/save_settings"
    body = {"display_name": "Hacked", "microcredential": "", "variant": "badge"}

    assert post(browser, studio, **body).status_code == 404
    assert post(browser, handler("microcredential", "m1", "save_settings"), **body).status_code == 403


# Files


def test_a_file_of_the_course_is_served_as_data_alone(browser: Client) -> None:
    response = browser.get(f"{COURSE}assets/cat.png")

    assert b"".join(response.streaming_content) == b"not really a cat"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize("name", ["../../secret_key", "%2e%2e/secret_key", "nothing.png", "/etc/passwd"])
def test_no_other_file_is_served(browser: Client, name: str) -> None:
    assert browser.get(f"{COURSE}assets/{name}").status_code == 404


@pytest.mark.parametrize("path", ["public/nothing.css", "block.py", "../block.py", "templates/root.html"])
def test_only_public_files_of_a_block_are_served(tiny: str, client: Client, path: str) -> None:
    assert client.get(f"/xblock/resource/microcredential/{path}").status_code == 404


def test_public_files_of_a_block_are_served(tiny: str, client: Client) -> None:
    response = client.get("/xblock/resource/microcredential/public/microcred.css")

    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/css")


def test_the_sandboxs_own_style_and_script_are_served(tiny: str, client: Client) -> None:
    for name in ("sandbox.css", "sandbox.js"):
        response = client.get(f"/static/sandbox/{name}")
        assert b"".join(response.streaming_content)
        assert response.status_code == 200


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("es", "ltr"), ("ar", "rtl")])
def test_the_page_is_in_the_direction_of_its_language(browser: Client, language: str, direction: str) -> None:
    browser.post(reverse("set_language"), {"language": language, "next": "/"})

    assert f'<html lang="{language}" dir="{direction}">' in browser.get(UNIT_1).content.decode()
