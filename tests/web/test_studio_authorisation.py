"""Who may work on a course's microcredentials: every address times everybody; and how often."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from microcred_plugin import authoring
from microcred_plugin.web.rest_api.v1.studio import urls
from tests.world import RUN, World

from .conftest import NAMESPACE

Call = Callable[..., Any]

#: Every address and method; each must be refused to all but authors.
CALLS = [
    ("get", "course", ()),
    ("get", "outline", ()),
    ("get", "badge", ()),
    ("get", "block", ()),
    ("put", "block", ()),
    ("post", "create", ()),
    ("get", "sources", ()),
    ("post", "skills", ()),
    ("get", "draft", ("uuid",)),
    ("put", "draft", ("uuid",)),
    ("delete", "draft", ("uuid",)),
    ("get", "changes", ("uuid",)),
    ("get", "simulation", ("uuid",)),
    ("get", "export", ("uuid",)),
    ("post", "publish", ("uuid",)),
    ("post", "retire", ("uuid",)),
    ("put", "offering", ("uuid",)),
    ("delete", "offering", ("uuid",)),
    ("get", "versions", ("uuid",)),
    ("get", "version", ("uuid", "num")),
    ("get", "stack", ("uuid",)),
    ("get", "candidates", ("uuid",)),
]
REFUSED = {
    "anonymous": 401,
    "learner": 403,
    "other learner": 403,
    "limited staff": 403,  # may see others' progress, not write the course
    "staff of another course": 403,
    "inactive": 403,
}


@pytest.mark.parametrize(("method", "name", "wanted"), CALLS)
@pytest.mark.parametrize("who", sorted(REFUSED))
def test_nobody_but_authors_gets_anything(
    who: str, method: str, name: str, wanted: tuple[str, ...], people: dict[str, User | None], offered: Any, call: Call
) -> None:
    arguments = [{"uuid": offered.uuid, "num": 1}[each] for each in wanted]
    response = call(people[who], method, name, *arguments, lock=1)
    assert response.status_code == REFUSED[who]
    assert set(response.json()) == {"detail", "code"}
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("who", ["author", "course staff", "superuser"])
@pytest.mark.parametrize(("method", "name", "wanted"), CALLS)
def test_authors_get_an_answer(
    who: str, method: str, name: str, wanted: tuple[str, ...], people: dict[str, User | None], offered: Any, call: Call
) -> None:
    sent: Any = {"create": {"from": "blank", "title": "New"}, "retire": {"reason": "Old"}}.get(name, {})
    if (method, name) == ("put", "draft"):
        sent = authoring.draft(RUN, offered.uuid).document
    arguments = [{"uuid": offered.uuid, "num": 1}[each] for each in wanted]
    kind = "text/plain" if name == "skills" else "application/json"
    sent = "name\nEditing" if name == "skills" else sent
    response = call(people[who], method, name, *arguments, sent=sent, lock=1, kind=kind)
    assert 200 <= response.status_code < 300, response.content
    assert response["Cache-Control"] == ("private, max-age=86400" if name == "badge" else "private, no-store")


def test_no_address_is_missing_from_the_list() -> None:
    def names(patterns: Any) -> Any:
        for pattern in patterns:
            yield from names(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern.name]

    assert set(names(urls.urlpatterns)) == {f"api-v1-studio-{name}" for _, name, _ in CALLS}


@pytest.mark.parametrize("name", sorted({name for _, name, _ in CALLS}))
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_only_what_is_listed_can_be_done(method: str, name: str, author: User, offered: Any, call: Call) -> None:
    wanted = next(wanted for _, each, wanted in CALLS if each == name)
    if method in {each for each, other, _ in CALLS if other == name}:
        return
    arguments = [{"uuid": offered.uuid, "num": 1}[each] for each in wanted]
    assert call(author, method, name, *arguments).status_code == 405


def test_a_page_of_somebody_else_cannot_send_for_an_author(author: User, world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(author)
    address = reverse(f"{NAMESPACE}:api-v1-studio-create", args=[RUN])
    sent = json.dumps({"from": "blank", "title": "New"})
    assert client.post(address, sent, content_type="application/json").status_code == 403
    assert authoring.cards(RUN) == ()


@pytest.mark.parametrize("run", ["course-v1:Org+None+Run", "nonsense"])
def test_a_course_that_is_not_there_is_not_found(run: str, people: dict[str, User | None], call: Call) -> None:
    assert call(people["superuser"], "get", "course", run=run).status_code == 404


def test_what_is_not_offered_in_the_course_does_not_exist_there(author: User, offered: Any, call: Call) -> None:
    World("course-v1:Org+Other+Run")
    for uuid, run in ((offered.uuid, "course-v1:Org+Other+Run"), (uuid4(), RUN)):
        response = call(author, "get", "draft", uuid, run=run)
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_an_author_may_save_so_often_and_no_oftener(author: User, offered: Any, call: Call, settings: Any) -> None:
    settings.MICROCRED_STUDIO_THROTTLE_RATE = "2/minute"
    assert [call(author, "get", "outline").status_code for _ in range(3)] == [200, 200, 429]
