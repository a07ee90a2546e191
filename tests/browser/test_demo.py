"""What a stranger sees who tries the demo: milestones fill and a badge appears, on every kind of screen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from microcred_plugin import api

pytestmark = pytest.mark.browser

RUN = "course-v1:Sandbox+CARE1+Demo"
COURSE = f"/courses/{RUN}/"
BLOCK = ".microcred"

Browse = Callable[..., Any]


def unit(name: str) -> str:
    return f"{COURSE}units/block-v1:Sandbox+CARE1+Demo+type@vertical+block@{name}"


def complete(*units: str) -> None:
    from django.core.management import call_command

    call_command("sandbox", "complete", "learner", RUN, *(f"--unit=vertical@{name}" for name in units), "--json")


def score(*problems: str) -> None:
    from django.core.management import call_command

    for name in problems:
        call_command("sandbox", "grade", "learner", RUN, f"problem@{name}", "1", "1", "--json")


def test_the_badge_appears_on_the_page_when_the_last_answer_is_given(browse: Browse) -> None:
    complete("start_here", "three_learners", "first_message", "quiet_ones", "weekly_rhythm", "small_steps")
    score("plan_q1", "plan_q2")
    with browse("learner") as page:
        page.goto(unit("support_check"))
        block = page.locator(BLOCK).first
        assert "2 of 3 milestones" in block.inner_text()
        page.get_by_label("To this one person").check()
        page.locator("form", has_text="To whom").get_by_role("button", name="Submit").click()
        # No reload: the block notices by itself that something was completed.
        block.get_by_text("You earned Teach with care online").wait_for(timeout=15_000)
    learner = User.objects.get(username="learner")
    assert {award.slug for award in api.awards_of(learner.pk)} >= {"teach-with-care"}


def test_looking_at_a_text_completes_it_and_moves_the_ring(browse: Browse) -> None:
    with browse("learner") as page:
        page.goto(unit("quiet_ones"))
        block = page.locator(BLOCK).first
        assert "0 of 4 units" in block.inner_text()
        block.get_by_text("1 of 4 units").wait_for(timeout=20_000)


@pytest.mark.parametrize(
    "screen",
    [
        {"viewport": {"width": 1100, "height": 900}},
        {"viewport": {"width": 320, "height": 700}},
        {"color_scheme": "dark"},
        {"reduced_motion": "reduce", "forced_colors": "active"},
    ],
    ids=["wide", "narrow", "dark", "forced-colours"],
)
@pytest.mark.parametrize("state", ["before", "half way", "earned"])
def test_every_state_is_accessible_and_fits(browse: Browse, screen: dict[str, Any], state: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed.")
    if state != "before":
        complete("start_here", "three_learners", "first_message", "quiet_ones", "weekly_rhythm", "small_steps")
    if state == "earned":
        score("plan_q1", "plan_q2", "support_q1", "support_q2")
    with browse("learner", **screen) as page:
        for address in (COURSE, unit("support_check"), unit("quiet_ones")):
            page.goto(address)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth"), address
            found = axe.Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
            assert found.response["violations"] == [], (address, [rule["id"] for rule in found.response["violations"]])


def test_it_reads_from_right_to_left(browse: Browse) -> None:
    complete("start_here")
    with browse("learner") as page:
        page.goto(unit("quiet_ones"))
        page.locator("select[name=language]").select_option("ar")
        page.locator("footer button").click()
        assert page.locator("html").get_attribute("dir") == "rtl"
        badge, title = (page.locator(f"{BLOCK} {part}").first.bounding_box() for part in ("svg", "h2, h3"))
        assert badge["x"] > title["x"], "the badge stands where reading begins"


def test_it_shows_progress_without_any_script(browse: Browse) -> None:
    complete("start_here", "three_learners")
    with browse("learner", java_script_enabled=False) as page:
        page.goto(unit("quiet_ones"))
        assert "2 of 4 units complete" in page.locator(BLOCK).first.inner_text()
