"""Our pages in LMS and Studio on every kind of screen: what is left leads on, nothing overflows, axe finds nothing."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from microcred_plugin import api
from microcred_plugin.sandbox import learning
from microcred_plugin.sandbox.models import SandboxBlock
from tests.browser.test_demo import RUN, complete, score
from tests.faults import Stumbling
from tests.world import World, completion, holding, milestone

pytestmark = pytest.mark.browser

Browse = Callable[..., Any]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz and what follows from it"
#: What stands out of the screen and is not meant to be scrolled to.
OUTSIDE = """() => document.documentElement.scrollWidth <= innerWidth ? []
    : [...document.querySelectorAll('main *')].filter(one => !one.closest('.mp-scroll')
        && one.getBoundingClientRect().right > innerWidth).map(one => one.outerHTML.slice(0, 80)).concat('the page')"""
#: Each is how a page that is open already is looked at: width, and what its reader prefers.
SCREENS: dict[str, tuple[int, dict[str, str]]] = {
    "wide": (1280, {}),
    "narrow": (320, {}),
    "dark": (768, {"color_scheme": "dark"}),
    "forced colours": (1000, {"forced_colors": "active", "reduced_motion": "reduce"}),
}
USUAL = {"color_scheme": "light", "forced_colors": "none", "reduced_motion": "no-preference"}
#: How many colours are in the middle row of a picture, its ends left out.
COLOURS = """async picture => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(picture), one => one.charCodeAt(0))]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const row = context.getImageData(8, bitmap.height / 2 | 0, bitmap.width - 16, 1).data;
    return new Set(Array.from({ length: row.length / 4 }, (_, at) => row.slice(4 * at, 4 * at + 3).join())).size;
}"""


def lms(run: str) -> str:
    return f"/microcredentials/courses/{run}/"


def half_way() -> None:
    complete("start_here", "three_learners", "first_message", "quiet_ones", "weekly_rhythm", "small_steps")


def crowded() -> World:
    """A course with ten of them, one under the other in a stack, long words, and a unit that was deleted."""
    world = World("course-v1:Org+Crowd+Run")
    below = world.publish("below", title="Below", units=["vertical@u1"])
    parts = [milestone("one", [holding(below)]), milestone("two", [completion("vertical@u3")])]
    world.publish("above", title="Above", milestones=parts)
    for number in range(8):
        units = [milestone(unit, [completion(f"vertical@{unit}")], badge=True) for unit in ("u1", "u2", "u4")]
        world.publish(f"m{number}", title=f"{number} {LONG}", description=LONG.replace(" ", ""), milestones=units)
    SandboxBlock.objects.filter(course=world.row, type="vertical").update(title=LONG.replace(" ", ""))
    world.remove("vertical@u4")
    return world


@pytest.fixture
def audit() -> Callable[..., None]:
    """Assert that a page fits each screen, and that axe-core has nothing against it with everything opened."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed.").Axe()

    def auditing(page: Any, address: str, status: int = 200) -> None:
        assert page.goto(address).status == status, address
        assert page.locator("main.microcred-page").count() == 1, address
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        for screen, (width, preferred) in SCREENS.items():
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(**{**USUAL, **preferred})
            assert page.evaluate(OUTSIDE) == [], (address, screen)
            found = axe.run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
            assert found == [], (address, screen, [(rule["id"], rule["nodes"][0]["html"]) for rule in found])

    return auditing


def test_every_state_is_accessible_and_fits_every_screen(browse: Browse, audit: Callable[..., None]) -> None:
    learner = User.objects.get(username="learner")
    with browse("learner") as page:
        audit(page, lms(RUN))
        half_way()
        audit(page, lms(RUN))
        score("plan_q1", "plan_q2", "support_q1", "support_q2")
        audit(page, lms(RUN))
        held = [one for one in api.awards_of(learner.pk) if one.slug == "teach-with-care" and not one.milestone_key]
        api.revoke(held[0].uuid, reason="Copied.")
        audit(page, lms(RUN))


def test_many_long_titles_and_none_are_accessible_and_fit_every_screen(
    browse: Browse, audit: Callable[..., None]
) -> None:
    world, empty = crowded(), World("course-v1:Org+Empty+Run")
    author = User.objects.get(username="author")
    learning.enrol(author, world.run)
    world.complete(author, "vertical@u1")
    with browse("author") as page:
        for address in (lms(world.run), lms(empty.run)):
            audit(page, address)


def test_strangers_and_who_comes_at_a_bad_time_are_told_what_to_do(
    browse: Browse, audit: Callable[..., None], stumbling: type[Stumbling]
) -> None:
    User.objects.create_user("stranger")
    with browse("stranger") as page:
        audit(page, lms(RUN))
        assert page.locator(".mp-next").inner_text().startswith("Enrol in this course")
        stumbling.fail("course")
        audit(page, lms(RUN), 503)
        stumbling.recover()
        page.get_by_role("link", name="Try again").click()
        assert page.locator(".mp-card").count() == 2


def test_the_next_step_leads_into_the_unit_that_is_left(browse: Browse) -> None:
    half_way()
    with browse("learner") as page:
        page.goto(f"/courses/{RUN}/")
        page.get_by_role("link", name="Microcredentials").click()
        page.locator(".mp-next").get_by_role("link", name="Quiz: planning").click()
        assert "plan_check" in page.url
        assert "Quiz: planning" in page.locator("h1").inner_text()


def test_a_long_list_opens_by_keyboard_and_says_what_it_opens(browse: Browse) -> None:
    world = crowded()
    with browse("author") as page:
        page.goto(lms(world.run))
        closed = page.locator("details > summary", has_text="All milestones").first
        hidden = closed.locator("xpath=../ol")
        assert not hidden.is_visible()
        assert LONG in closed.text_content()
        closed.focus()
        page.keyboard.press("Enter")
        assert hidden.is_visible()


def test_it_reads_from_right_to_left(browse: Browse) -> None:
    half_way()
    with browse("learner", viewport={"width": 320, "height": 700}) as page:
        page.goto(lms(RUN))
        page.locator("select[name=language]").select_option("ar")
        page.locator("footer button").click()
        assert page.locator("html").get_attribute("dir") == "rtl"
        badge, title = (page.locator(f".mp-card {part}").first.bounding_box() for part in ("svg", "h3"))
        assert badge["x"] > title["x"], "the badge stands where reading begins"
        assert page.evaluate(OUTSIDE) == []


def test_it_is_dark_where_reader_and_site_both_are(browse: Browse) -> None:
    def paper() -> str:
        return str(page.locator(".mp-card").first.evaluate("one => getComputedStyle(one).backgroundColor"))

    light = "rgb(255, 255, 255)"
    with browse("author") as page:
        page.emulate_media(color_scheme="light")
        page.goto(lms(RUN))
        assert paper() == light
        page.emulate_media(color_scheme="dark")
        assert paper() != light
        page.add_style_tag(content=":root, body { color-scheme: light !important }")
        assert paper() == light, "most sites are always light"


def test_progress_is_seen_in_forced_colours(browse: Browse) -> None:
    half_way()
    unit = f"/courses/{RUN}/units/block-v1:Sandbox+CARE1+Demo+type@vertical+block@quiet_ones"
    with browse("learner", forced_colors="active") as page:
        for address, bar in ((lms(RUN), ".mp-bar"), (unit, ".microcred__bar")):
            page.goto(address)
            picture = b64encode(page.locator(bar).first.screenshot()).decode()
            assert page.evaluate(COLOURS, picture) > 1, f"{address}: what is done looks like what is not"
