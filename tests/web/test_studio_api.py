"""What Studio's editor asks and sends: what comes back, and what is refused with its place."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from microcred_plugin import authoring
from tests.world import RUN, World, completion, milestone

Call = Callable[..., Any]

# The list and the outline


def test_the_list_says_what_there_is_and_how_it_stands(
    author: User, offered: Any, learner: User, world: World, call: Call
) -> None:
    world.complete(learner, "vertical@u1")
    told = call(author, "get", "course").json()
    assert told["course"]["title"] == "Demo course"
    assert told["course"]["studio_url"].startswith("http")
    (card,) = told["microcredentials"]
    assert card["figures"] == {"earned": 0, "under_way": 1}
    assert card["microcredential"]["version"] == 1
    assert (card["offered"], card["findings"], card["milestones"]) == (True, [], 2)


def test_the_outline_shows_what_can_be_asked_and_what_would_be_in_vain(author: User, world: World, call: Call) -> None:
    world.add("vertical", "forum", "sequential@start")
    world.add("chapter", "later", "course@course", staff_only=True)
    sections = call(author, "get", "outline").json()["sections"]

    assert [(each["ref"], each["leaves"], each["notes"]) for each in sections] == [
        ("chapter@basics", 3, []),
        ("chapter@work", 3, []),
        ("chapter@later", 0, ["staff-only"]),
    ]
    units = sections[0]["children"][0]["children"]
    assert [(each["ref"], each["notes"], each["types"]) for each in units] == [
        ("vertical@u1", [], ["html"]),
        ("vertical@u2", [], ["html"]),
        ("vertical@forum", ["empty"], []),
    ]
    assert sections[1]["children"][1]["graded"] is True


def test_the_block_is_allowed_once_and_found_where_it_stands(author: User, world: World, call: Call) -> None:
    assert call(author, "get", "block").json() == {"allowed": False, "places": []}
    world.add("microcredential", "badge", "vertical@u1")
    for _ in range(2):
        told = call(author, "put", "block").json()
        assert told["allowed"] is True
        assert [place["title"] for place in told["places"]] == ["U1"]
        assert told["places"][0]["url"].endswith(world.key("vertical@u1"))


# Beginning


def test_one_begins_from_the_outline(author: User, world: World, call: Call) -> None:
    response = call(author, "post", "create", sent={"from": "outline", "level": "subsection"})
    draft = response.json()
    assert (response.status_code, response["ETag"], draft["lock"]) == (201, '"1"', 1)
    assert [each["title"] for each in draft["document"]["milestones"]] == ["START", "PRACTICE", "EXAM"]
    assert draft["saved_by"] == "author"
    assert draft["microcredential"]["state"] == "draft"


@pytest.mark.parametrize("kind", ["application/yaml", "application/yaml; charset=utf-8"])
def test_one_begins_with_a_file_as_it_is(kind: str, author: User, world: World, call: Call) -> None:
    text = "format: microcredential/1\nslug: mine\ntitle: Mine\nissuer: X\nmilestones:\n- key: a\n  title: A\n"
    text += "  require: {completion: {block: vertical@u1}}\n"
    response = call(author, "post", "create", sent=text, kind=kind)
    assert (response.status_code, response.json()["slug"]) == (201, "mine")


def test_a_file_that_was_downloaded_can_be_loaded(author: User, offered: Any, call: Call) -> None:
    World("course-v1:New+Other+Run").row.__class__.objects.filter(key="course-v1:New+Other+Run").update(org="New")
    file = call(author, "get", "export", offered.uuid)
    assert file["Content-Disposition"] == 'attachment; filename="basics.yaml"'
    loaded = call(author, "post", "create", sent=file.content, kind="application/yaml", run="course-v1:New+Other+Run")
    before = authoring.draft(RUN, offered.uuid).document
    assert loaded.json()["document"] == {**before, "issuer": "New"}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 400),
        ({"from": "nowhere"}, 400),
        ({"from": "blank"}, 400),
        ({"from": "blank", "title": "x" * 256}, 400),
        ({"from": "outline", "level": "unit"}, 400),
        ({"from": "copy"}, 400),
        ({"from": "copy", "uuid": "x"}, 400),
        ({"from": "run", "uuid": str(uuid4())}, 404),
        ({"from": "file", "document": {}}, 422),
        ("[]", 400),
        ("{", 400),
        ('{"from": "blank", "from": "file"}', 400),
        ('{"from": NaN}', 400),
        (b"\xff\xfe", 400),
        ("[" * 5000, 400),
        (json.dumps({"from": "blank", "title": "x" * 300_000}), 400),
    ],
)
def test_what_cannot_be_begun_is_refused_and_makes_nothing(
    sent: Any, status: int, author: User, world: World, call: Call
) -> None:
    response = call(author, "post", "create", sent=sent)
    assert response.status_code == status, response.content
    assert response.json()["detail"]
    assert authoring.cards(RUN) == ()


# The draft


def test_a_draft_is_saved_under_its_lock_and_the_second_who_saves_is_told(
    author: User, offered: Any, call: Call
) -> None:
    got = call(author, "get", "draft", offered.uuid)
    document = got.json()["document"]
    saved = call(
        author, "put", "draft", offered.uuid, sent={**document, "title": "Mine"}, headers={"If-Match": got["ETag"]}
    )
    assert (saved.status_code, saved["ETag"]) == (200, '"2"')

    late = call(author, "put", "draft", offered.uuid, sent={**document, "title": "Theirs"}, lock=1)
    assert (late.status_code, late.json()["code"]) == (412, "stale_draft")
    now = call(author, "get", "draft", offered.uuid).json()
    assert (now["document"]["title"], now["microcredential"]["has_newer_draft"]) == ("Mine", True)


@pytest.mark.parametrize(("method", "name"), [("put", "draft"), ("delete", "draft"), ("post", "publish")])
def test_without_the_lock_nothing_is_changed(method: str, name: str, author: User, offered: Any, call: Call) -> None:
    response = call(author, method, name, offered.uuid)
    assert (response.status_code, response.json()["code"]) == (428, "lock_required")
    assert call(author, method, name, offered.uuid, headers={"If-Match": "*"}).status_code == 400


def test_what_is_unfinished_is_saved_with_what_is_wrong_and_where(author: User, offered: Any, call: Call) -> None:
    document = authoring.draft(RUN, offered.uuid).document
    unfinished = {**document, "milestones": [milestone("one", [completion("vertical@gone")]), {"key": "two"}]}
    saved = call(author, "put", "draft", offered.uuid, sent=unfinished, lock=1).json()
    assert saved["document"] == unfinished
    assert [(each["path"], each["severity"]) for each in saved["findings"]] == [
        ("milestones[1].title", "error"),
        ("milestones[1].require", "error"),
    ]
    refused = call(author, "post", "publish", offered.uuid, lock=2)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_definition")
    assert {each["path"] for each in refused.json()["problems"]} == {"milestones[1].title", "milestones[1].require"}


def test_what_is_hostile_is_refused_and_the_draft_stays(author: User, offered: Any, call: Call) -> None:
    before = authoring.draft(RUN, offered.uuid)
    document = dict(before.document)
    for sent in (
        "null",
        "[]",
        json.dumps({**document, "slug": "other"}),
        json.dumps({**document, "description": "x" * 300_000}),
        json.dumps(document)[:-1] + ', "title": "twice"}',
    ):
        assert call(author, "put", "draft", offered.uuid, sent=sent, lock=1).status_code in (400, 422)
    assert authoring.draft(RUN, offered.uuid) == before


def test_a_draft_can_be_discarded(author: User, offered: Any, call: Call) -> None:
    document = authoring.draft(RUN, offered.uuid).document
    call(author, "put", "draft", offered.uuid, sent={**document, "title": "Oops"}, lock=1)
    assert call(author, "delete", "draft", offered.uuid, lock=1).status_code == 412
    assert call(author, "delete", "draft", offered.uuid, lock=2).status_code == 204
    assert call(author, "get", "draft", offered.uuid).json()["document"] == document


# Publishing


def test_from_a_change_to_a_published_version(
    author: User, offered: Any, world: World, learner: User, call: Call
) -> None:
    world.complete(learner, "vertical@u1")
    document = {
        **authoring.draft(RUN, offered.uuid).document,
        "milestones": [milestone("one", [completion("vertical@u1")])],
    }
    call(author, "put", "draft", offered.uuid, sent=document, lock=1)

    told = call(author, "get", "changes", offered.uuid).json()["changes"]
    assert {(each["path"], each["counts"]) for each in told} == {("milestones[0].badge", True), ("milestones[1]", True)}
    simulated = call(author, "get", "simulation", offered.uuid).json()
    assert (simulated["learners"], simulated["would_earn"], simulated["next"]) == (2, 1, None)
    published = call(author, "post", "publish", offered.uuid, sent={"note": "Shorter"}, lock=2).json()
    assert (published["version"], published["has_newer_draft"]) == (2, False)
    versions = call(author, "get", "versions", offered.uuid).json()["versions"]
    assert [(each["num"], each["note"], each["current"]) for each in versions] == [(2, "Shorter", True), (1, "", False)]
    assert len(call(author, "get", "version", offered.uuid, 1).json()["document"]["milestones"]) == 2
    assert call(author, "get", "version", offered.uuid, 9).status_code == 404


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "٣", "9" * 30])
def test_a_simulation_goes_on_where_it_was(after: str, author: User, offered: Any, call: Call) -> None:
    assert call(author, "get", "simulation", offered.uuid, query={"after": after}).status_code == 400


def test_retiring_needs_a_reason_and_something_published(author: User, offered: Any, world: World, call: Call) -> None:
    assert call(author, "post", "retire", offered.uuid).status_code == 400
    assert call(author, "post", "retire", offered.uuid, sent={"reason": "Old"}).json()["state"] == "retired"
    new = authoring.create_blank(RUN, "New", by=author.pk)
    assert call(author, "post", "retire", new.uuid, sent={"reason": "Old"}).status_code == 403


def test_a_rerun_in_which_something_is_missing_cannot_be_activated(author: User, offered: Any, call: Call) -> None:
    run = "course-v1:Org+Rerun+Run"
    rerun = World(run, {"basics": {"start": {"u1": ["h1"]}}})
    call(author, "post", "create", sent={"from": "run", "uuid": str(offered.uuid)}, run=run)
    refused = call(author, "put", "offering", offered.uuid, run=run)
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["path"] == "milestones[1].require.all[0].completion.block"
    rerun.add("vertical", "u2", "sequential@start")
    rerun.add("html", "h2", "vertical@u2")
    assert call(author, "put", "offering", offered.uuid, run=run).json()["runs"] == [RUN, run]
    assert call(author, "delete", "offering", offered.uuid, run=run).json()["inactive_runs"] == [run]


def test_what_other_courses_of_ones_own_have_can_be_brought(
    author: User, people: Any, offered: Any, call: Call
) -> None:
    run = "course-v1:Org+Other+Run"
    World(run)

    def found(who: User, run: str, **query: str) -> list[str]:
        return [each["slug"] for each in call(who, "get", "sources", run=run, query=query).json()["microcredentials"]]

    assert (found(author, run), found(author, run, q="BAS"), found(author, run, q="x")) == (["basics"], ["basics"], [])
    assert found(author, RUN) == []
    assert found(people["staff of another course"], run) == []


def test_a_file_of_skills_is_read_or_refused_with_its_line(author: User, world: World, call: Call) -> None:
    read = call(author, "post", "skills", sent="name,uri\nEditing,http://x.org/1\n", kind="text/plain; charset=utf-8")
    assert read.json() == {"skills": [{"name": "Editing", "uri": "http://x.org/1", "framework": ""}]}
    refused = call(author, "post", "skills", sent="name,uri\nEditing,nowhere\n", kind="text/plain")
    assert (refused.status_code, refused.json()["detail"][:6]) == (400, "Line 2")
    assert call(author, "post", "skills", sent=b"\xff", kind="text/plain").status_code == 400
    assert call(author, "post", "skills", sent={}).status_code == 415


def test_stacks_are_shown_and_offered(author: User, offered: Any, publish: Any, call: Call) -> None:
    stacked = {"key": "m", "title": "M", "require": {"microcredential": {"uuid": str(offered.uuid)}}}
    top = publish("top", milestones=[stacked])
    root = call(author, "get", "stack", top.uuid).json()["root"]
    assert [each["slug"] for each in root["builds_on"]] == ["basics"]
    assert [each["slug"] for each in call(author, "get", "stack", offered.uuid).json()["counts_towards"]] == ["top"]
    found = call(author, "get", "candidates", top.uuid, query={"q": "bas"}).json()["microcredentials"]
    assert [each["slug"] for each in found] == ["basics"]
    assert call(author, "get", "candidates", offered.uuid).json()["microcredentials"] == []


def test_titles_from_a_definition_reach_nobody_as_markup(author: User, world: World, call: Call) -> None:
    title = "<script>alert(1)</script>"
    draft = call(author, "post", "create", sent={"from": "blank", "title": title}).json()
    assert (draft["slug"], draft["document"]["title"]) == ("scriptalert1script", title)
    assert call(author, "get", "course")["Content-Type"] == "application/json"
