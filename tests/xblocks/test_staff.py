"""What the course team sees: why there is nothing, a preview without a learner, the editor."""

import logging
from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.exceptions import AppRegistryNotReady
from django.db import OperationalError, ProgrammingError
from microcred_plugin.xblocks.microcredential import reading

from microcred_plugin.data import MicrocredentialState
from microcred_plugin.errors import Conflict
from tests.xblocks.shown import (
    LEARNER,
    STAFF,
    UUID_ONE,
    UUID_TWO,
    Plugin,
    ask,
    block,
    earned,
    find,
    progress,
    save,
    see,
    text,
)  # fmt: skip

BROKEN = [
    OperationalError("no such table: microcred_plugin_version"),
    ProgrammingError("relation does not exist"),
    RuntimeError("Model class isn't in an application in INSTALLED_APPS."),
    ImportError("No module named microcred_plugin.api"),
    AppRegistryNotReady("Apps aren't loaded yet."),
    Conflict("Something else."),
    KeyError("a bug"),
]
DRAFT, RETIRED = MicrocredentialState.DRAFT, MicrocredentialState.RETIRED


@pytest.fixture(autouse=True)
def fresh_log(monkeypatch):
    monkeypatch.setattr(reading, "_told", set())


@pytest.mark.parametrize("error", BROKEN, ids=lambda error: type(error).__name__)
def test_a_plugin_that_cannot_answer_breaks_no_page(error):
    broken = Plugin(error=error)

    assert see(block(broken, LEARNER).student_view({})) is None
    assert see(block(broken, None).public_view({})) is None
    assert "manual" not in text(see(block(broken, STAFF).student_view({})))
    assert "microcred doctor" in text(see(block(broken, STAFF).student_view({})))
    assert "microcred doctor" in text(see(block(broken, STAFF).author_view({})))
    assert "microcred doctor" in text(see(block(broken, STAFF).studio_view({})))
    assert ask(block(broken)).json == {}
    assert "display_name" in block(broken).index_dictionary()["content"]


def test_the_same_trouble_is_logged_once(caplog):
    with caplog.at_level(logging.ERROR):
        for _ in range(5):
            block(Plugin(error=OperationalError("no such table"))).student_view({})
        block(Plugin(error=KeyError("other"))).student_view({})

    told = [record.microcred["error"].partition(" ")[0] for record in caplog.records]
    assert told == ["OperationalError", "KeyError"]


def test_no_microcredential_in_the_course_is_a_hint_to_staff_and_nothing_to_learners():
    assert see(block(Plugin(), LEARNER).student_view({})) is None
    (note,) = find(see(block(Plugin(), STAFF).student_view({})), "staff")
    assert text(note).startswith("Only the course team sees this: This course has no microcredential yet.")
    assert note.get("role") == "note"


@pytest.mark.parametrize("chosen", [str(UUID_TWO), "no uuid at all", "<script>"])
def test_a_choice_that_is_not_offered_here_is_told_to_staff_alone(chosen):
    plugin = Plugin([progress()])

    assert see(block(plugin, LEARNER, microcredential=chosen).student_view({})) is None
    assert "not offered in this course" in text(see(block(plugin, STAFF, microcredential=chosen).student_view({})))


@pytest.mark.parametrize("usage", ["lb:Org:library:microcredential:m1", "workbench.usage.id"])
def test_outside_a_course_it_says_so_and_does_not_break(usage):
    plugin = Plugin([progress()])

    assert see(block(plugin, LEARNER, usage=usage).student_view({})) is None
    assert "inside a course" in text(see(block(plugin, STAFF, usage=usage).author_view({})))
    assert plugin.asked_for == []


def test_a_branch_in_studio_s_key_does_not_hide_the_course():
    usage = "block-v1:Org+Demo+Run+branch@draft-branch+type@microcredential+block@m1"

    assert "Course authoring" in text(see(block(Plugin([progress()]), STAFF, usage=usage).author_view({})))


def test_a_draft_is_the_course_team_s_alone():
    plugin = Plugin([progress(state=DRAFT)])

    assert see(block(plugin, LEARNER).student_view({})) is None
    assert see(block(plugin, None).public_view({})) is None
    assert ask(block(plugin, LEARNER)).json == {}
    assert "not published yet" in text(see(block(plugin, STAFF).student_view({})))


def test_without_a_choice_the_first_that_can_be_earned_is_shown():
    found = [
        progress(uuid=uuid4(), title="Old", state=RETIRED),
        progress(uuid=uuid4(), title="Coming", state=DRAFT),
        progress(title="Now"),
    ]

    assert text(see(block(Plugin(found)).student_view({})).find(".//h3")) == "Now"
    assert text(see(block(Plugin(found[:2])).student_view({})).find(".//h3")) == "Old"


def test_the_choice_is_shown_even_when_it_is_not_the_first():
    found = [progress(title="First"), progress(uuid=UUID_TWO, title="Second")]

    assert text(see(block(Plugin(found), microcredential=str(UUID_TWO)).student_view({})).find(".//h3")) == "Second"


@pytest.mark.parametrize("variant", ["progress", "badge", "stack"])
def test_the_preview_shows_three_states_without_a_learner(variant):
    plugin = Plugin([progress()])

    fragment = block(plugin, STAFF, variant=variant).author_view({})
    panes = find(see(fragment), "pane")
    assert plugin.asked_for == [None]
    assert [pane.get("data-state") for pane in panes] == ["before", "half", "earned"]
    lit = [
        len(pane.xpath(".//*[contains(@class, 'badge--earned')]//*[contains(@class, 'core--lit')]")) for pane in panes
    ]
    assert lit == [0, 0, 1]
    assert not find(see(fragment), "staff")
    assert fragment.js_init_fn is None
    ids = see(fragment).xpath("//@id")
    assert len(ids) == len(set(ids))


def test_the_preview_begins_at_nothing_even_when_half_is_done():
    before, half, _ = find(see(block(Plugin([progress()]), STAFF).author_view({})), "pane")

    assert next(before.iter("progress")).get("value") == "0"
    assert "1 of 3 milestones earned" in text(half)


@pytest.mark.parametrize(("state", "told"), [(DRAFT, "not published yet"), (RETIRED, "is retired")])
def test_the_preview_warns_of_what_learners_do_not_see(state, told):
    (warning,) = find(see(block(Plugin([progress(state=state)]), STAFF).author_view({})), "staff")

    assert told in text(warning)


def test_the_editor_offers_the_microcredentials_of_the_run():
    plugin = Plugin([progress(), progress(uuid=UUID_TWO, state=DRAFT)])

    fragment = block(
        plugin, STAFF, microcredential=str(UUID_TWO), variant="stack", display_name='A "name"'
    ).studio_view({})
    page = see(fragment)
    options = page.xpath("//option")
    assert [option.get("value") for option in options] == ["", str(UUID_ONE), str(UUID_TWO)]
    assert [option.get("value") for option in options if option.get("selected") is not None] == [str(UUID_TWO)]
    assert "draft" in text(options[2])
    assert page.xpath("//input[@type='radio'][@checked]/@value") == ["stack"]
    assert page.xpath("//input[@name='display_name']/@value") == ['A "name"']
    assert fragment.js_init_fn == "MicrocredentialStudioEditor"


def test_every_field_of_the_editor_has_a_label():
    page = see(block(Plugin([progress()]), STAFF).studio_view({}))

    labelled = set(page.xpath("//label/@for"))
    for control in page.xpath("//select | //input[@type='text']"):
        assert control.get("id") in labelled
    assert all(radio.getparent().tag == "label" for radio in page.xpath("//input[@type='radio']"))


def test_settings_are_saved():
    one = block(Plugin([progress()]), STAFF)

    answer = save(one, display_name=" My badge ", microcredential=str(UUID_ONE).upper(), variant="badge")

    assert (answer.status_code, answer.json) == (200, {"result": "success"})
    assert (one.display_name, one.microcredential, one.variant) == ("My badge", str(UUID_ONE), "badge")


def test_no_choice_is_a_choice():
    one = block(Plugin([progress()]), STAFF, microcredential=str(UUID_ONE))

    assert save(one, display_name="A", microcredential="", variant="progress").status_code == 200
    assert one.microcredential == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"variant": "confetti"},
        {"variant": None},
        {"variant": ["badge"]},
        {"microcredential": str(UUID_TWO)},
        {"microcredential": "nonsense"},
        {"microcredential": 7},
        {"microcredential": {"a": 1}},
        {"display_name": ""},
        {"display_name": "   "},
        {"display_name": None},
        {"display_name": "x" * 256},
    ],
    ids=str,
)
def test_wrong_settings_are_refused_with_a_sentence_and_change_nothing(wrong):
    one = block(Plugin([progress()]), STAFF)
    right = {"display_name": "A", "microcredential": "", "variant": "badge"}

    answer = save(one, **{**right, **wrong})

    assert answer.status_code == 400
    assert answer.json["error"].endswith(".")
    assert (one.display_name, one.microcredential, one.variant) == ("Microcredential", "", "progress")


def test_settings_that_are_no_mapping_are_refused():
    from webob import Request

    request = Request.blank("/", method="POST", content_type="application/json", body=b"[1, 2]")

    assert block(Plugin([progress()]), STAFF).handle("save_settings", request, "").status_code == 400


def test_a_learner_cannot_change_the_settings():
    one = block(Plugin([progress()]), LEARNER)

    answer = save(one, display_name="Mine", microcredential="", variant="badge")

    assert answer.status_code == 403
    assert one.variant == "progress"


def test_course_staff_whom_studio_does_not_mark_as_such_may_change_them():
    plugin = Plugin([progress()], staff=frozenset({7}))

    assert save(block(plugin, LEARNER), display_name="A", microcredential="", variant="badge").status_code == 200


def test_a_learner_is_refused_also_when_the_plugin_cannot_tell():
    broken = Plugin(error=OperationalError("no such table"))

    assert save(block(broken, LEARNER), display_name="A", microcredential="", variant="badge").status_code == 403


def test_an_unknown_variant_from_an_import_is_shown_as_progress():
    assert see(block(Plugin([replace(earned(), award=None)]), variant="confetti").student_view({})) is not None
