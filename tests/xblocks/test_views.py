"""What learners see: where they are, what is left, and the moment of earning."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from microcred_plugin.data import AwardEventData, AwardState, MicrocredentialState
from microcred_plugin.presenting.card import card
from tests.xblocks.shown import (
    LEARNER,
    NOBODY,
    NOW,
    Plugin,
    award,
    block,
    earned,
    find,
    link,
    milestone,
    missing,
    neighbour,
    progress,
    see,
    text,
    todo,
)  # fmt: skip


def view(shown, **fields):
    return see(block(Plugin([shown]), **fields).student_view({}))


def test_it_says_what_it_is_how_far_and_what_is_left():
    page = view(progress(counts_towards=(neighbour("Online teaching"),)))

    assert text(page.find(".//h3")) == "Course authoring"
    assert [text(one) for one in find(page, "facts")] == [
        "Microcredential OpenedX 12 hours counts towards Online teaching",
        "53% 1 of 3 milestones earned about 6 hours left",
    ]
    (bar,) = page.iter("progress")
    assert (bar.get("value"), bar.get("max"), bar.get("aria-label")) == ("53", "100", "Progress")


def test_milestones_stand_in_order_each_with_its_state_in_words():
    titles = [text(title) for title in find(view(progress()), "milestone-title")]

    assert titles[0].startswith("First badge earned")
    assert titles[1:] == ["Second: 60% done", "Third: Not started"]


def test_the_first_milestone_that_is_not_earned_is_the_current_one():
    classes = [one.get("class") for one in find(view(progress()), "milestone")]

    assert ["is-earned" in one for one in classes] == [True, False, False]
    assert ["is-current" in one for one in classes] == [False, True, False]


def test_what_is_left_is_a_link_to_the_unit_that_leaves_the_frame():
    (videos, project) = view(progress()).iter("a")

    assert (text(videos), videos.get("href"), videos.get("target")) == (
        "Adding videos", "/courses/jump_to/u1", "_parent",
    )  # fmt: skip
    assert text(project) == "Project"


def test_a_sentence_carries_its_block_as_a_link_in_place_of_quotes():
    (sentence,) = find(view(progress()), "sentences")

    assert text(sentence) == "Reach 70% in Project."


def test_alternatives_are_told_apart_from_duties():
    choice = milestone(
        "prove", "0", missing("subsection_grade", "Reach 70%.", alternative=True),
        missing("manual", "To be confirmed.", alternative=True),
    )  # fmt: skip

    (sentences,) = find(view(progress(choice)), "sentences")
    assert [text(one) for one in sentences] == ["Reach 70%.", "or To be confirmed."]
    either = milestone("either", "0", todo("One", alternative=True), todo("Two", alternative=True))
    assert [text(one) for one in find(view(progress(either)), "todo")] == ["Choose from:"]


def test_the_same_unit_is_named_once_and_many_wait_behind_a_summary():
    twice = milestone("a", "0", todo("Same", "Same"), todo(*(f"Unit {number}" for number in range(7))))

    page = view(progress(twice))
    assert [text(one) for one in page.iter("a")][:2] == ["Same (2)", "Unit 0"]
    (more,) = page.iter("details")
    assert text(more.find("summary")) == "and 3 more"
    assert len(more.findall(".//a")) == 3


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "data:text/html,x", "vbscript:x", " javascript:x", "http://["]
)
def test_a_block_without_a_usable_address_is_named_without_a_link(url):
    page = view(progress(milestone("a", "0", todo("Gone", url=url), missing("manual", "See Gone.", link("Gone", url)))))

    assert list(page.iter("a")) == []
    assert "Gone" in text(page)


def test_titles_never_become_markup():
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    shown = progress(
        milestone(evil, "0.5", todo(evil), summary=evil, description=evil),
        milestone("b", "0", missing("manual", evil)),
        title=evil, issuer=evil, description=evil, counts_towards=(neighbour(evil, "1"),),
    )  # fmt: skip

    for variant in ("progress", "badge", "stack"):
        for one in (shown, replace(shown, earned=True, award=award(title=evil))):
            page = view(one, variant=variant)
            assert not list(page.iter("script", "img"))
            assert "<script>alert(1)</script>" in text(page)


def test_the_badge_is_the_progress():
    drawing = next(view(progress()).iter("svg"))

    assert drawing.get("role") == "img"
    assert drawing.find("title").text == "Badge Course authoring: 53% complete"
    assert len(drawing.xpath(".//*[@class='microcred-badge__done']/*")) == 1
    assert drawing.xpath(".//*[contains(@class, 'core--grey')]")


def test_every_id_on_the_page_is_there_once():
    for variant in ("progress", "badge", "stack"):
        links = (neighbour("A", "1"), neighbour("B"))
        page = view(progress(counts_towards=links, builds_on=links), variant=variant)
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        named = page.xpath("//@aria-labelledby")
        assert named
        assert set(named) <= set(ids)


def test_an_earned_one_is_celebrated_with_what_it_means():
    shown = earned(counts_towards=(neighbour("Online teaching", "1", "1", "0.2"),))

    context = card(shown, draw=Plugin.badge_svg, uid="x", now=NOW)
    page = view(shown)
    assert context["award"]["tag"] == "Earned today"
    assert text(page.find(".//h3")) == "You earned Course authoring"
    assert "All 3 milestones are earned. Assessed by grade. With it you have 2 of 3 steps of Online teaching." in text(
        page
    )
    assert page.xpath("//*[contains(@class, 'core--lit')]")
    assert page.xpath("//@data-microcred-award") == [str(award().uuid)]


@pytest.mark.parametrize(
    ("level", "told"),
    [("participation", "Shown by taking part."), ("verified", "Confirmed by an instructor."), ("none", None)],
)
def test_the_kind_of_evidence_is_told_in_words(level, told):
    sentences = card(earned(award=award(evidence_level=level)), draw=Plugin.badge_svg, uid="x", now=NOW)["award"][
        "sentences"
    ]

    assert sentences[1:] == ([told] if told else [])


def test_the_moment_is_marked_only_on_the_day():
    def shown(at):
        return card(earned(award=award(at=at)), draw=Plugin.badge_svg, uid="x", now=NOW)["award"]

    assert (shown(NOW)["fresh"], shown(NOW)["tag"]) == (True, "Earned today")
    before = shown(datetime(2026, 4, 3, tzinfo=UTC))
    assert (before["fresh"], before["tag"]) == (False, "Earned April 3")
    assert shown(datetime(2025, 4, 3, tzinfo=UTC))["tag"] == "Earned April 3, 2025"


def test_dates_are_written_in_the_reader_s_language():
    from django.utils import translation

    with translation.override("es"):
        shown = card(earned(award=award(at=datetime(2026, 4, 3, tzinfo=UTC))), draw=Plugin.badge_svg, uid="x", now=NOW)

    assert "3 de abril" in shown["award"]["tag"].lower()


def test_an_award_that_ends_says_when():
    ends = award(expires_at=datetime(2027, 5, 12, tzinfo=UTC))

    assert "Valid until May 12, 2027." in text(view(earned(award=ends)))


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (AwardState.HELD, "Your award is on hold. Your course team can tell you why."),
        (AwardState.REVOKED, "Your award was revoked. Your course team can tell you why."),
        (AwardState.EXPIRED, "Your award has expired."),
    ],
)
@pytest.mark.parametrize("variant", ["progress", "badge", "stack"])
def test_an_award_that_does_not_count_now_is_explained_and_not_lit(state, told, variant):
    page = view(earned(award=award(state=state)), variant=variant)

    assert [text(one) for one in find(page, "notice")] == [told]
    assert page.xpath("//*[contains(@class, 'core--grey')]")
    assert not page.xpath("//@data-microcred-award")


def test_a_revoked_award_says_when_it_was_revoked():
    event = AwardEventData(kind="revoked", at=datetime(2026, 5, 1, tzinfo=UTC), reason="copied", actor_id=1)
    revoked = award(state=AwardState.REVOKED, history=(event,))

    notice = card(earned(award=revoked), draw=Plugin.badge_svg, uid="x", now=NOW)["notice"]
    assert notice.startswith("Your award was revoked on May 1.")
    assert "copied" not in notice, "what staff wrote for the record is not for the page"


@pytest.mark.parametrize("state", [AwardState.HELD, AwardState.REVOKED, AwardState.EXPIRED])
def test_a_milestone_s_badge_that_does_not_count_now_says_so(state):
    page = view(progress(milestone("first", "1", award=award("first", state))))

    (tag,) = find(page, "tag")
    assert text(tag) in ("badge on hold", "badge revoked", "badge expired")
    assert "microcred__tag--warn" in tag.get("class")


def test_who_is_not_enrolled_is_told_to_enrol():
    page = view(progress(eligible=False))

    assert [text(one) for one in find(page, "notice")] == ["Enrol in this course to earn it."]


def test_a_retired_one_can_no_longer_be_earned_but_stays_with_those_who_have_it():
    retired = MicrocredentialState.RETIRED

    assert "It can no longer be earned." in text(view(progress(state=retired)))
    page = view(earned(state=retired))
    assert "It can no longer be earned. Yours stays." in text(page)
    assert page.xpath("//*[contains(@class, 'core--lit')]")


def test_all_done_but_not_yet_awarded_is_announced_and_asked_for_again():
    fragment = block(Plugin([earned(award=None)])).student_view({})

    assert "Your badge is being made" in text(see(fragment))
    assert fragment.json_init_args["pending"] is True


def test_the_badge_variant_is_one_line_and_the_milestones_badges():
    half = view(progress(), variant="badge")

    assert [text(one) for one in find(half, "facts")] == ["53% 1 of 3 milestones earned Next: Second"]
    assert [text(one) for one in find(half, "badge-name")] == ["First", "Second", "Third"]
    assert [len(one.xpath(".//*[contains(@class, 'core--lit')]")) for one in find(half, "badges")[0]] == [1, 0, 0]
    assert "Earned" in text(view(earned(), variant="badge").find(".//h3"))


def test_milestones_without_a_badge_have_none():
    assert find(view(progress(milestone("a", badge=False)), variant="badge"), "badges") == []


def test_the_stack_shows_what_is_above_and_below():
    shown = progress(
        counts_towards=(neighbour("Online teaching", "1", "1", "0"),),
        builds_on=(neighbour("First aid", "1", won=True), neighbour("Video"), neighbour("Audio", "0", "0.5")),
    )

    page = view(shown, variant="stack")
    assert [text(level) for level in find(page, "level")] == ["Counts towards", "Builds on"]
    assert [
        " ".join(text(part) for part in find(node, "node-text")[0])
        for node in page.xpath("//li[contains(@class, 'microcred__node')]")
    ] == [
        "Online teaching 2 of 3 steps done", "First aid Earned", "Video Not earned yet", "Audio Not earned yet",
    ]  # fmt: skip


def test_one_outside_any_stack_says_so():
    assert "It stands alone" in text(view(progress(), variant="stack"))


def test_visitors_see_what_can_be_earned_and_nothing_of_anybody():
    plugin = Plugin([progress()])

    fragment = block(plugin, NOBODY).student_view({})
    page = see(fragment)
    assert "Plan, build and run a course. Sign in and enrol in this course to earn it." in text(page)
    assert plugin.asked_for == [None]
    assert fragment.js_init_fn is None
    assert not find(page, "milestone")


@pytest.mark.parametrize("nobody", [None, {}, NOBODY, {"user_id": "student_1", "is_authenticated": True}])
def test_without_an_id_of_the_platform_the_viewer_is_a_visitor(nobody):
    plugin = Plugin([progress()])

    block(plugin, nobody).student_view({})
    assert plugin.asked_for == [None]


def test_staff_who_masquerade_see_what_the_learner_sees():
    plugin = Plugin([progress()])
    masquerading = {**LEARNER, "user_id": 42, "user_is_staff": False}

    block(plugin, masquerading).student_view({})
    assert plugin.asked_for == [42]


def test_style_and_script_come_with_the_page_so_that_nothing_must_be_collected():
    fragment = block(Plugin([progress()])).student_view({})

    kinds = [(one.kind, one.mimetype) for one in fragment.resources]
    assert kinds == [("text", "text/css"), ("text", "application/javascript")]
    assert fragment.js_init_fn == "MicrocredentialXBlock"
    assert "style=" not in fragment.content, "a strict Content-Security-Policy would drop it"
    assert "https://" not in "".join(one.data for one in fragment.resources)


def test_a_workload_may_be_a_fraction_or_unknown():
    assert "1.5 hours" in text(view(progress(workload_hours=Decimal("1.5"))))
    assert "1 hour " in text(view(progress(workload_hours=Decimal("1.0"))))
    assert "hour" not in text(view(progress(workload_hours=None)))


def test_what_has_begun_is_never_zero_and_what_is_not_done_never_a_hundred_percent():
    def bar(fraction):
        return next(view(progress(fraction=Decimal(fraction))).iter("progress")).get("value")

    assert [bar(fraction) for fraction in ("0", "0.0001", "0.9999", "1")] == ["0", "1", "99", "100"]
