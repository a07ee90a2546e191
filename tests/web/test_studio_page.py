"""The page for course teams as it arrives: what it may load and run, and that its scripts do what their tests say."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from microcred_plugin import authoring
from microcred_plugin.web.studio import assets
from tests import node
from tests.world import RUN, World

PAGE = "microcred_plugin_studio:course"


@pytest.fixture
def page(people: dict[str, User | None]) -> Any:
    """Open the page as its author."""
    client = Client()
    client.force_login(people["author"])  # type: ignore[arg-type]
    return client.get(reverse(PAGE, args=[RUN]))


def policy(page: Any) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in page["Content-Security-Policy"].split(";"))


def test_nothing_runs_that_is_not_a_file_of_this_site(page: Any) -> None:
    rules = policy(page)
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    text = page.content.decode()
    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", text) == []
    for address in re.findall(r'(?:src|<link rel="stylesheet" href)="([^"]+)"', text):
        assert address.startswith("/"), address


def test_everything_it_names_is_served_and_may_be_kept(page: Any) -> None:
    for address in re.findall(r'(?:src|stylesheet" href)="([^"]+)"', page.content.decode()):
        response = Client().get(address)
        assert response.status_code == 200, address
        if "texts" not in address:
            assert response["Cache-Control"] == "public, max-age=31536000, immutable"
            assert response["X-Content-Type-Options"] == "nosniff"


def test_every_module_that_a_module_imports_is_there() -> None:
    for name, content in assets.files().items():
        imported = re.findall(r'from "([^"]+)"', content.decode())
        assert {each.removeprefix("./") for each in imported} <= set(assets.files()), name
        assert all(each.startswith("./") for each in imported), name


@pytest.mark.parametrize("name", ["nothing.js", "..%2fassets.py", "app.js.map"])
def test_nothing_else_is_served(name: str, db: None) -> None:
    assert Client().get(f"/studio/microcredentials/studio/assets/{assets.version()}/{name}").status_code == 404
    assert Client().get("/studio/microcredentials/studio/assets/yesterday/app.js").status_code == 404


def test_a_title_cannot_leave_its_place(world: World, people: dict[str, User | None]) -> None:
    world.row.title = '"><script>alert(1)</script>'
    world.row.save()
    client = Client()
    client.force_login(people["author"])  # type: ignore[arg-type]
    assert b"<script>alert" not in client.get(reverse(PAGE, args=[RUN])).content


@pytest.fixture
def preview(people: dict[str, User | None], offered: Any) -> Any:
    """Open the preview of the draft as somebody."""

    def opening(who: str = "author", run: str = RUN, uuid: Any = offered.uuid) -> Any:
        client = Client()
        if (user := people[who]) is not None:
            client.force_login(user)
        return client.get(reverse("microcred_plugin_studio:preview", args=[run, uuid]))

    return opening


def test_a_draft_is_shown_as_learners_will_see_it(preview: Any, people: Any, offered: Any) -> None:
    draft = authoring.draft(RUN, offered.uuid)
    document = {**draft.document, "title": "<b>Not published yet</b>"}
    authoring.save(RUN, offered.uuid, document, lock=draft.lock, by=people["author"].pk)
    page = preview().content.decode()
    assert page.count("&lt;b&gt;Not published yet") >= 3
    for told in ("Before they begin", "Half way", "1 of 2 milestones", "Earned today"):
        assert told in page, told
    assert "<a " not in page


def test_what_is_unfinished_says_what_to_mend(preview: Any, people: Any, offered: Any) -> None:
    draft = authoring.draft(RUN, offered.uuid)
    authoring.save(RUN, offered.uuid, {**draft.document, "milestones": []}, lock=draft.lock, by=people["author"].pk)
    page = preview().content.decode()
    assert "It cannot be shown yet" in page
    assert "is empty, and nothing may be earned by doing nothing" in page.replace("&#x27;", "'")


def test_nobody_but_authors_sees_a_draft(preview: Any, people: dict[str, User | None]) -> None:
    expected = {"anonymous": 302, "author": 200, "course staff": 200, "superuser": 200}
    assert {who: preview(who).status_code for who in people} == {**dict.fromkeys(people, 404), **expected}
    assert preview("superuser", run="course-v1:Org+Other+Run").status_code == 404
    assert preview("superuser", uuid=uuid4()).status_code == 404


@node.needed
def test_the_scripts_of_the_page_do_what_their_tests_say() -> None:
    node.run("studio", MICROCRED_STUDIO_ASSETS=str(assets._FOLDER))
