"""A course team at work in a real browser: by keyboard alone, against each other, without a connection."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.models import User

from microcred_plugin import api, authoring
from microcred_plugin.sandbox.models import SandboxBlock, SandboxCourse

pytestmark = pytest.mark.browser
Browse = Callable[..., AbstractContextManager[Any]]

RUN = "course-v1:Sandbox+CARE1+Demo"
PAGE = f"/studio/microcredentials/studio/{RUN}/"
SAVED = ".head p:has-text('saved')"


def begin(page: Any, title: str = "Prove it") -> None:
    """Begin one from nothing."""
    page.goto(PAGE)
    page.get_by_label("From nothing, with the title").fill(title)
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_role("heading", name=title).wait_for()
    page.wait_for_load_state("networkidle")


def saved(page: Any) -> None:
    """Wait until everything is saved."""
    page.wait_for_function(
        "() => { const {saver} = document.querySelector('microcred-studio').state;"
        " return saver.state === 'saved' && !saver.isDirty }"
    )
    page.wait_for_load_state("networkidle")


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def reach(page: Any, name: str, *, most: int = 120) -> None:
    """Press Tab until the element of that name has the focus, as somebody does who has no mouse."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if (
            page.evaluate(
                "() => { const e = document.activeElement;"
                " return e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent }"
            )
            .strip()
            .startswith(name)
        ):
            return
    pytest.fail(f"{name} cannot be reached by Tab.")


def test_from_nothing_to_an_award_by_keyboard_alone(browse: Browse) -> None:
    with browse("author") as page:
        page.goto(PAGE)
        page.locator("h1:focus").wait_for()
        reach(page, "From nothing")
        page.keyboard.type("Prove it")
        press(page, "Enter")
        page.locator(".editor h1:focus").wait_for()
        reach(page, "Start here")
        press(page, "Space")
        reach(page, "Add 1 ticked to")
        reach(page, "Add")
        press(page, "Enter")
        page.locator(".milestone").wait_for()
        reach(page, "Title of milestone 1")
        press(page, "Control+a")
        page.keyboard.type("First step")
        reach(page, "+ Ask for something else")
        press(page, "Enter")
        reach(page, "An instructor's confirmation")
        press(page, "Enter")
        page.get_by_label("What the instructor confirms").wait_for()
        reach(page, "What the instructor confirms")
        press(page, "Control+a", "Delete")
        page.get_by_text("must not be empty").wait_for()  # the linter, beside what it speaks about
        press(page, "Control+z")
        page.get_by_text("must not be empty").wait_for(state="detached")
        saved(page)
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        reach(page, "Publish…", most=200)
        press(page, "Enter")
        page.get_by_text("From then on, learners can earn it").wait_for()
        reach(page, "Publish", most=10)
        press(page, "Enter")
        page.get_by_text("as published, version 1").wait_for()

    (made,) = (one for one in api.list_microcredentials(RUN) if one.slug == "prove-it")
    document = authoring.draft(RUN, made.uuid).document
    assert [milestone["title"] for milestone in document["milestones"]] == ["First step"]
    assert [next(iter(one)) for one in document["milestones"][0]["require"]["all"]] == ["completion", "manual"]


def test_two_authors_at_once_lose_nothing(browse: Browse) -> None:
    colleague = User.objects.get(username="operator").pk
    with browse("author") as page:
        begin(page)
        (made,) = (one for one in api.list_microcredentials(RUN) if one.slug == "prove-it")
        draft = authoring.draft(RUN, made.uuid)
        theirs = {**draft.document, "description": "Theirs"}
        authoring.save(RUN, made.uuid, theirs, lock=draft.lock, by=colleague)
        page.get_by_role("button", name="+ Milestone").click()
        page.get_by_role("dialog").get_by_text("Nothing is lost").wait_for()
        page.get_by_role("button", name="Close", exact=True).click()
        page.get_by_role("button", name="Look at both").click()
        page.get_by_role("button", name="Keep mine").click()
        saved(page)
        assert len(authoring.draft(RUN, made.uuid).document["milestones"]) == 1

        authoring.save(RUN, made.uuid, theirs, lock=3, by=colleague)
        page.get_by_role("button", name="+ Milestone").click()
        page.get_by_role("button", name="Keep theirs").click()
        page.locator(".milestone").wait_for(state="detached")
        assert authoring.draft(RUN, made.uuid).document["description"] == "Theirs"


def test_without_a_connection_one_goes_on_and_it_is_saved_later(browse: Browse) -> None:
    with browse("author") as page:
        begin(page)
        page.context.set_offline(True)
        page.get_by_role("button", name="+ Milestone").click()
        page.get_by_text("There is no connection. Go on writing").wait_for()
        page.get_by_role("button", name="+ Milestone").click()
        page.context.set_offline(False)
        saved(page)
        page.reload()
        page.locator(".milestone").nth(1).wait_for()


def test_a_course_that_changes_under_the_editor_is_told(browse: Browse) -> None:
    with browse("author") as page:
        page.goto(PAGE)
        page.get_by_role("button", name="Create from the outline").click()
        page.locator(".milestone").first.wait_for()
        course = SandboxCourse.objects.get(key=RUN)
        gone = SandboxBlock.objects.filter(course=course, type="chapter").first()
        SandboxBlock.objects.filter(course=course, parent_key=gone.key).delete()
        gone.delete()
        SandboxCourse.objects.filter(key=RUN).update(version=course.version + 1)
        page.evaluate("document.querySelector('microcred-studio').lookAgain()")
        page.get_by_text("The course has changed").wait_for()
        page.get_by_text("1 thing to mend").first.wait_for()
        page.get_by_role("button", name="Publish…").click()
        page.get_by_text("It cannot be published like this").wait_for()


@pytest.mark.parametrize(
    "screen",
    [
        {"viewport": {"width": 1280, "height": 900}},
        {"viewport": {"width": 320, "height": 640}},
        {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
        {"viewport": {"width": 1280, "height": 900}, "forced_colors": "active"},
    ],
    ids=["wide", "narrow", "dark", "forced colours"],
)
def test_every_part_is_accessible_and_fits(browse: Browse, screen: dict[str, Any]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed.")

    def look(what: str) -> None:
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth"), what
        found = axe.Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        told = [(rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found.response["violations"]]
        assert told == [], what

    with browse("author", **screen) as page:
        page.goto(PAGE)
        page.locator(".card").first.wait_for()
        look("the list")
        page.get_by_role("button", name="Create from the outline").click()
        page.locator(".milestone").first.wait_for()
        page.locator("input.title").first.fill("")
        page.get_by_text("must not be empty").wait_for()
        look("milestones, with a finding")
        for tab in ("Basics", "Badge", "Stack", "Quality", "Skills", "Policy"):
            page.get_by_label("Parts").get_by_role("link", name=tab).click()
            look(tab)
        page.get_by_role("button", name="Publish…").click()
        page.get_by_text("It cannot be published like this").wait_for()
        look("publishing refused")
