"""The whole drawing: well-formed, accessible, self-contained, the same each time, unique where it must be."""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from microcred_plugin.artwork import badge_svg, icons, shapes
from microcred_plugin.criteria.document import Design
from tests.artwork.drawing import DESIGN, SVG, draw

HOSTILE = [
    "<script>alert(1)</script>",
    "]]>",
    '"><svg onload="alert(1)">',
    "&amp; &lt; &#0;",
    "\x00\x08\x1f\ud800\udfff\ufffe",
    "\u202eevil\u202c",
    "كتابة المقررات الدراسية",
    "x" * 300,
    "",
]


def core(drawing: etree._Element) -> etree._Element:
    return next(part for part in drawing.iter() if "microcred-badge__core" in part.get("class", ""))


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("lit", [True, False])
def test_any_text_yields_well_formed_xml_without_script(hostile: str, lit: bool) -> None:
    drawing = draw(
        "1", "0.5", lit=lit, title=hostile, label=hostile, issuer=hostile, id_prefix=hostile, with_title=True
    )

    assert {part.tag.removeprefix(SVG) for part in drawing.iter()} <= {
        "svg", "title", "defs", "linearGradient", "radialGradient", "stop", "g", "path", "circle", "rect", "text",
    }  # fmt: skip
    assert not [name for part in drawing.iter() for name in part.attrib if name.startswith("on")]


@settings(max_examples=150, deadline=None)
@given(st.text(), st.text(), st.text(), st.text(), st.lists(st.decimals(0, 1, places=4), max_size=40), st.booleans())
def test_nothing_a_design_or_title_may_hold_breaks_the_drawing(
    title: str, shape: str, colour: str, icon: str, segments: list[Decimal], lit: bool
) -> None:
    design = {"shape": shape, "colour": colour, "icon": icon}

    etree.fromstring(badge_svg(design, title=title, segments=segments, lit=lit, with_title=True))


def test_a_screen_reader_hears_the_label_and_without_one_the_title() -> None:
    labelled, plain = draw(label="First aid: 50% complete"), draw()

    for drawing, heard in ((labelled, "First aid: 50% complete"), (plain, "First aid")):
        (name,) = drawing.findall(f"{SVG}title")
        assert drawing.get("role") == "img"
        assert name.text == heard
        assert drawing.get("aria-labelledby") == name.get("id")


def test_every_reference_meets_an_id_of_the_same_drawing() -> None:
    text = badge_svg(DESIGN, title="First aid", segments=[Decimal(1)], lit=True)

    ids = re.findall(r' id="([^"]+)"', text)
    used = re.findall(r"url\(#([^)]+)\)", text)
    assert used
    assert set(used) <= set(ids)
    assert len(ids) == len(set(ids))


def test_different_drawings_on_a_page_have_different_ids() -> None:
    texts = [
        badge_svg(DESIGN, title=title, segments=segments, lit=lit)
        for title in ("One", "Two")
        for segments in ([Decimal(1)], [Decimal("0.5")])
        for lit in (True, False)
    ]
    texts.append(badge_svg(DESIGN, title="One", segments=[Decimal(1)], lit=True, id_prefix="mine"))

    ids = [name for text in texts for name in re.findall(r' id="([^"]+)"', text)]
    assert len(ids) == len(set(ids))


def test_the_same_badge_is_the_same_text() -> None:
    assert badge_svg(DESIGN, title="A", segments=[], lit=True) == badge_svg(DESIGN, title="A", segments=[], lit=True)


def test_the_core_is_grey_until_it_is_lit() -> None:
    grey, lit = draw("1", "1"), draw("1", "1", lit=True)

    assert "--grey" in core(grey).get("class", "")
    assert "--lit" in core(lit).get("class", "")
    assert "linearGradient" not in etree.tostring(grey, encoding="unicode")
    assert next(lit.iter(f"{SVG}linearGradient")) is not None


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_every_shape_stays_inside_the_ring(shape: str) -> None:
    numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*", shapes.SHAPES[shape].path)]

    assert all(0 <= number <= 103 for number in numbers)
    assert core(draw(design={**DESIGN, "shape": shape})).find(f"{SVG}path").get("d") == shapes.SHAPES[shape].path


@pytest.mark.parametrize("icon", icons.ICONS)
def test_every_icon_is_drawn_on_its_grid(icon: str) -> None:
    drawn = next(
        part for part in draw(design={**DESIGN, "icon": icon}).iter() if part.get("class") == "microcred-badge__icon"
    )

    assert drawn.get("d") == icons.ICONS[icon]
    starts = re.findall(r"M([\d.]+) ([\d.]+)", icons.ICONS[icon])
    assert all(0 <= float(x) <= 24 and 0 <= float(y) <= 24 for x, y in starts)


@pytest.mark.parametrize(
    "unknown", [{}, {"shape": "blob", "icon": "unicorn", "colour": "red"}, {"shape": 3, "icon": []}]
)
def test_an_unknown_design_falls_back_to_ours(unknown: dict[str, object]) -> None:
    ours = {"shape": shapes.DEFAULT, "icon": icons.DEFAULT, "colour": "#0b5cad"}

    fallen, expected = (draw("1", design=design, lit=True, id_prefix="p") for design in (unknown, ours))
    assert etree.tostring(fallen) == etree.tostring(expected)


def test_a_design_may_be_an_object_a_mapping_or_inside_an_image() -> None:
    given = [
        Design(shape="star", colour="#7c3aed", icon="code"),
        {"shape": "star", "colour": "#7c3aed", "icon": "code"},
    ]
    given.append({"design": given[1]})

    assert len({etree.tostring(draw(design=design)) for design in given}) == 1


def test_it_needs_nothing_from_outside() -> None:
    text = badge_svg(DESIGN, title="A", segments=[Decimal(1)], lit=True, with_title=True, issuer="B")

    assert re.findall(r"https?://[^\"' ]+", text) == ["http://www.w3.org/2000/svg"]
    assert "style=" not in text, "a strict Content-Security-Policy would drop it"
    assert "<image" not in text


def test_size_is_written_only_when_given() -> None:
    assert draw(size=48).get("width") == draw(size=48).get("height") == "48"
    assert "width" not in draw().attrib
    assert draw(size=48).get("viewBox") == draw(size=512).get("viewBox") == "0 0 120 120"


def test_the_plate_names_title_and_issuer() -> None:
    drawing = draw("1", lit=True, title="Course authoring with Open edX", issuer="OpenedX", with_title=True)

    written = [text.text for text in drawing.iter(f"{SVG}text")]
    assert " ".join(written[:-1]) == "Course authoring with Open edX"
    assert written[-1] == "OpenedX"


def test_the_plate_needs_no_issuer() -> None:
    drawing = draw("1", lit=True, title="First aid", with_title=True)

    assert [text.text for text in drawing.iter(f"{SVG}text")] == ["First aid"]


def test_a_title_written_from_right_to_left_is_marked_so() -> None:
    drawing = draw("1", lit=True, title="كتابة", issuer="OpenedX", with_title=True)

    assert [text.get("direction") for text in drawing.iter(f"{SVG}text")] == ["rtl", None]


def test_the_plate_stays_inside_the_picture() -> None:
    drawing = draw("1", lit=True, title="Very long title " * 20, issuer="x" * 300, with_title=True, size=512)

    (plate,) = drawing.iter(f"{SVG}rect")
    box = float(drawing.get("viewBox", "").split()[-1])
    top, height = float(plate.get("y", "")), float(plate.get("height", ""))
    assert 120 < top < top + height <= box
    assert all(top < float(text.get("y", "")) < top + height for text in drawing.iter(f"{SVG}text"))
