"""Tones of any colour keep the icon readable and the ring visible, on white and on dark pages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microcred_plugin.artwork.colour import DEFAULT, contrast, luminance, parse, tones

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
DARK_PAGE = "#161c26"


@settings(max_examples=400, deadline=None)
@given(COLOURS)
def test_the_icon_keeps_three_to_one_everywhere_on_the_gradient(colour: str) -> None:
    made = tones(colour)

    assert contrast(made.ink, made.light) >= 3
    assert contrast(made.ink, made.dark) >= 3


@settings(max_examples=400, deadline=None)
@given(COLOURS)
def test_the_ring_keeps_three_to_one_on_white_and_on_dark_pages(colour: str) -> None:
    line = tones(colour).line

    assert contrast(line, "#ffffff") >= 3
    assert contrast(line, DARK_PAGE) >= 3
    assert contrast(line, "#ffffff") >= 3, "its ticks are white"


@settings(max_examples=200, deadline=None)
@given(COLOURS)
def test_the_gradient_goes_from_lighter_to_darker(colour: str) -> None:
    made = tones(colour)

    assert luminance(made.light) > luminance(made.dark)


@pytest.mark.parametrize("colour", ["#000", "#000000", "#fff", "#ffffff", "#f2b705", "#ff0000", "#00ff00", "#0000ff"])
def test_extreme_colours_still_make_a_badge(colour: str) -> None:
    made = tones(colour)

    assert contrast(made.ink, made.light) >= 3
    assert made.light != made.dark


@pytest.mark.parametrize("nonsense", [None, 7, "", "blue", "#12345", "#gggggg", '#fff"/><script>', "#0b5cad\n"])
def test_what_is_no_colour_is_drawn_in_the_default(nonsense: object) -> None:
    assert tones(nonsense) == tones(DEFAULT)


def test_short_and_long_notation_mean_the_same() -> None:
    assert parse("#0af") == parse("#00aaff") == (0, 170 / 255, 1)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
