"""Our block and page between the platform's own styles: they reach into both, which look the same as without them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_demo import complete

pytestmark = pytest.mark.browser

RUN = "course-v1:Sandbox+CARE1+Demo"
PAGE = f"/microcredentials/courses/{RUN}/"
UNIT = f"/courses/{RUN}/units/block-v1:Sandbox+CARE1+Demo+type@vertical+block@support_check"
STUDIO = f"/courses/{RUN}/studio/"
# lms/static/sass/course/courseware/_courseware.scss as compiled; its unit page puts blocks into these elements.
LMS = """
.course-wrapper .course-content p { margin-bottom: 1.41575em; }
.course-wrapper .course-content ul li { margin-bottom: 0.70788em; }
.course-wrapper .course-content .vert-mod > div ul { padding-left: 1em; list-style: disc outside none; }
"""
# Of lms/static/css/lms-main-v1.css, which styles the pages of the LMS.
LMS_PAGES = """
h1 { text-align: center; font: normal 2em/1.4em serif; margin-bottom: 1.41575em; }
h2, h3 { font: normal 1.2em/1.2em serif; }
p a:not(.btn), p a:visited:not(.btn) { color: rgb(1, 2, 3); text-decoration: none; }
"""
# cms/static/sass/xmodule/_headings.scss, likewise, where Studio shows a unit.
STUDIO_HEADINGS = """
.wrapper-xblock .xblock-render .xblock .xblock-render .xblock h3 {
  font-size: 1.1125em; font-weight: 400; line-height: 1.4em; text-transform: initial;
}
"""
WRAP = """wanted => document.querySelectorAll('.microcred').forEach(block => {
  if (block.parentElement.closest('.microcred')) return;
  const inner = wanted.reduce((outer, name) => {
    const made = document.createElement('div'); made.className = name; outer.append(made); return made;
  }, block.parentElement);
  inner.append(block);
})"""
# Of each element of the blocks: what it is, and how it is laid out.
LAYOUT = """names => [...document.querySelectorAll('.microcred, .microcred *, .microcred-page *')].map(one => {
  const style = getComputedStyle(one);
  return one.tagName + '.' + one.getAttribute('class') + ' ' + names.map(name => name + ':' + style[name]).join(' ');
})"""
PROPERTIES = [
    "display", "fontSize", "fontWeight", "lineHeight", "listStyleType", "textAlign", "color", "textDecorationLine",
    *(f"{box}{side}" for box in ("margin", "padding") for side in ("Top", "Right", "Bottom", "Left")),
]  # fmt: skip


def moved(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    return [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]


def test_the_rules_of_the_lms_for_units_move_nothing_in_the_block(browse: Callable[..., Any]) -> None:
    complete("start_here", "three_learners")
    with browse("learner") as page:
        page.goto(UNIT)
        page.evaluate(WRAP, ["course-wrapper", "course-content", "vert-mod", ""])
        before = page.evaluate(LAYOUT, PROPERTIES)
        assert [line for line in before if line.startswith("UL")]
        page.add_style_tag(content=LMS)
        assert moved(before, page.evaluate(LAYOUT, PROPERTIES)) == []


def test_the_small_root_and_the_headings_of_studio_change_neither_preview_nor_editor(
    browse: Callable[..., Any],
) -> None:
    with browse("author") as page:
        page.goto(STUDIO)
        page.add_style_tag(content=".microcred { inline-size: 700px }")  # as wide as before on a smaller page
        page.evaluate(WRAP, ["wrapper-xblock", "xblock-render", "xblock", "xblock-render", "xblock"])
        before = page.evaluate(LAYOUT, PROPERTIES)
        assert [line for line in before if "microcred--studio" in line]
        page.add_style_tag(content="html { font-size: 62.5% } body { font-size: 16px }" + STUDIO_HEADINGS)
        assert moved(before, page.evaluate(LAYOUT, PROPERTIES)) == []


def test_the_rules_of_the_lms_for_pages_change_neither_headings_nor_links_of_ours(browse: Callable[..., Any]) -> None:
    complete("start_here", "three_learners")
    with browse("learner") as page:
        page.goto(PAGE)
        before = page.evaluate(LAYOUT, PROPERTIES)
        assert [line for line in before if line.startswith("H1") and "textAlign:start" in line]
        page.add_style_tag(content=LMS_PAGES)
        assert moved(before, page.evaluate(LAYOUT, PROPERTIES)) == []
