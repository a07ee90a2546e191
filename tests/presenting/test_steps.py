"""Where a learner goes on, and what is said of a part of the course that is no longer there."""

from typing import Any

from microcred_plugin.artwork import badge_svg
from microcred_plugin.data import AwardState, BlockLink
from microcred_plugin.presenting.card import card
from tests.xblocks.shown import NOW, award, earned, link, milestone, missing, progress, todo

GONE = BlockLink(key="block-v1:O+C+R+type@vertical+block@gone", type="", title="block-v1:O+C+R+gone", url="")


def shown(*milestones: Any) -> dict[str, Any]:
    return card(progress(*milestones), draw=badge_svg, uid="x", now=NOW)


def test_one_goes_on_where_the_first_milestone_that_leads_anywhere_does() -> None:
    confirmed = milestone("shown", "0", missing("manual", "To be confirmed: your portfolio."))
    quiz = milestone("quiz", "0", missing("subsection_grade", "Score 70% or more in “Exam”.", link("Exam", "/exam")))
    go = shown(milestone("done", "1", todo("Old")), confirmed, quiz, milestone("last", "0", todo("Text")))["go"]
    assert go == {"title": "Exam", "url": "/exam", "milestone": "Quiz"}


def test_the_first_of_several_things_in_a_sentence_is_where_to_go_on() -> None:
    part = missing("subsection_grade", "Score 70% or more.", link("A", "/a"), link("B", "/b"))
    assert shown(milestone("one", "0", part))["go"]["url"] == "/a"


def test_nothing_leads_on_where_nothing_has_an_address_or_all_is_done() -> None:
    assert shown(milestone("one", "0", missing("manual", "Ask.")))["go"] is None
    assert shown(milestone("one", "0", todo("Bad", url="javascript:alert(1)")))["go"] is None
    assert card(earned(), draw=badge_svg, uid="x", now=NOW)["go"] is None


def test_a_part_that_is_gone_is_named_in_words_and_makes_it_broken() -> None:
    lost = missing("completion", "0 of 1 activity complete.", GONE, link("Here", "/here"))
    found = shown(milestone("one", "0", lost))
    assert [one["title"] for one in found["milestones"][0]["links"]] == [
        "A part that is not in the course now",
        "Here",
    ]
    assert found["broken"]
    assert found["go"]["title"] == "Here"


def test_a_part_that_is_gone_matters_no_more_where_the_milestone_is_earned() -> None:
    assert not shown(milestone("one", "1", missing("completion", "…", GONE)))["broken"]


def test_a_badge_that_is_not_valid_is_not_told_as_progress() -> None:
    for state in (AwardState.HELD, AwardState.REVOKED, AwardState.EXPIRED):
        svg = str(card(earned(award=award(state=state)), draw=badge_svg, uid="x", now=NOW)["badge"])
        assert "Badge Course authoring: not valid now" in svg
        assert "complete" not in svg
