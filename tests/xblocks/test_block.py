"""What the platform relies on: the handler's answers, the declarations, and that nothing is kept about learners."""

from decimal import Decimal
from importlib.metadata import entry_points

import pytest
from microcred_plugin.xblocks.microcredential.block import MicrocredentialXBlock
from microcred_plugin.xblocks.microcredential.rendering import public
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Scope, UserScope

from microcred_plugin.data import MicrocredentialState
from tests.xblocks.shown import (
    LEARNER,
    NOBODY,
    STAFF,
    UUID_ONE,
    Plugin,
    ask,
    block,
    earned,
    milestone,
    progress,
    save,
)  # fmt: skip


@pytest.mark.parametrize("suffix", ["", None])
def test_the_handler_answers_with_the_view_as_it_is_now(suffix):
    answer = ask(block(Plugin([progress()])), suffix)

    assert answer.content_type == "application/json"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert set(answer.json) == {"html", "digest", "news", "pending"}
    assert answer.json["html"].startswith("<section")
    assert answer.json["news"] == {"milestone:first": "Milestone First earned."}
    assert answer.json["pending"] is False


def test_the_page_knows_the_digest_and_news_that_the_handler_would_give():
    plugin = Plugin([progress()])

    told = block(plugin).student_view({}).json_init_args
    answer = ask(block(plugin)).json
    assert told == {name: answer[name] for name in ("digest", "news", "pending")}


def test_the_digest_changes_with_what_is_shown_and_only_then():
    digests = [
        ask(block(Plugin([shown]))).json["digest"]
        for shown in (progress(), progress(), progress(fraction=Decimal("0.6")), earned())
    ]

    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_an_earned_whole_is_news():
    assert ask(block(Plugin([earned()]))).json["news"]["whole"] == "You earned Course authoring."


def test_a_visitor_is_told_nothing_and_nothing_is_read():
    plugin = Plugin([progress()])

    assert ask(block(plugin, NOBODY)).json == {}
    assert plugin.asked_for == []


def test_the_handler_only_reads():
    answer = ask(block(Plugin([progress()])), method="POST")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


def test_the_handler_answers_with_nothing_when_there_is_nothing():
    assert ask(block(Plugin())).json == {}
    assert ask(block(Plugin([progress(state=MicrocredentialState.DRAFT)]), STAFF)).json == {}


def test_a_handler_without_a_suffix_works_as_in_the_lms():
    one = block(Plugin([progress()]), STAFF)

    assert save(one, None, display_name="A", microcredential="", variant="badge").status_code == 200


def test_one_view_asks_the_plugin_once():
    plugin = Plugin([progress()])

    block(plugin).student_view({})
    assert plugin.asked_for == [7]


def test_nothing_is_kept_about_learners():
    scopes = {field.scope for name, field in MicrocredentialXBlock.fields.items() if name not in ("parent", "children")}

    assert not [scope for scope in scopes if scope.user != UserScope.NONE]
    own = [MicrocredentialXBlock.fields[name].scope for name in ("display_name", "microcredential", "variant")]
    assert own == [Scope.settings] * 3


def test_looking_at_it_counts_for_nothing():
    assert MicrocredentialXBlock.completion_mode == XBlockCompletionMode.EXCLUDED
    assert MicrocredentialXBlock.has_score is False


def test_it_is_shown_to_staff_who_masquerade_and_on_mobile_devices():
    one = block(Plugin([progress()]))

    assert one.show_in_read_only_mode is True
    assert one.has_support(one.student_view, "multi_device")
    assert one.has_author_view is True


def test_mobile_apps_are_told_nothing_about_a_learner():
    plugin = Plugin([progress()])

    data = block(plugin, microcredential=str(UUID_ONE), variant="badge").student_view_data()
    assert data == {"display_name": "Microcredential", "microcredential": str(UUID_ONE), "variant": "badge"}
    assert plugin.asked_for == []


def test_the_search_index_knows_the_words_of_the_microcredential_and_nothing_of_a_learner():
    plugin = Plugin([progress(milestone("first"), milestone("second"))])

    index = block(plugin, LEARNER).index_dictionary()
    assert index["content_type"] == "Microcredential"
    assert index["content"]["display_name"] == "Microcredential"
    assert index["content"]["microcredential"] == "Course authoring Plan, build and run a course. First Second"
    assert plugin.asked_for == [None]


def test_the_entry_point_loads_the_block():
    (found,) = entry_points(group="xblock.v1", name="microcredential")

    assert found.load() is MicrocredentialXBlock
    assert XBlock.load_class("microcredential") is MicrocredentialXBlock


def test_an_unsaved_block_shows_the_course_s_first_with_its_progress():
    one = block(Plugin())

    assert (one.display_name, one.microcredential, one.variant) == ("Microcredential", "", "progress")


@pytest.mark.parametrize("name", ["microcred.css", "microcred.js", "studio.js"])
def test_what_is_put_into_the_page_cannot_end_its_own_element(name):
    assert "</" not in public(name)


def test_the_block_reads_through_the_public_api_of_the_plugin():
    from microcred_plugin import api
    from tests.xblocks.shown import block as made

    one = made(Plugin())
    del one._api
    assert one._api() is api
