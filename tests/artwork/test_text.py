"""Titles are made safe for XML and fitted to the plate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcred_plugin.artwork.text import ELLIPSIS, clean, fit, right_to_left, width, wrap, xml


def test_white_space_becomes_one_space() -> None:
    assert clean("  First\n\taid   course ") == "First aid course"


@pytest.mark.parametrize("unwanted", ["\x00", "\x1b", "\x7f", "\x9f", "\ud800", "\ufffe", "\uffff", "\ufdd0"])
def test_what_xml_cannot_hold_is_left_out(unwanted: str) -> None:
    assert clean(f"First{unwanted}aid") == "Firstaid"


@pytest.mark.parametrize("override", ["\u202a", "\u202e", "\u2066", "\u2069"])
def test_what_would_turn_the_direction_of_the_text_around_is_left_out(override: str) -> None:
    assert clean(f"{override}abc") == "abc"


def test_letters_joined_or_accented_by_other_characters_stay() -> None:
    assert clean("नमस्ते e\u0301 \U0001f469\u200d\U0001f52c") == "नमस्ते e\u0301 \U0001f469\u200d\U0001f52c"


def test_markup_is_escaped_for_elements_and_attributes() -> None:
    assert xml("""<a b="c" d='e'>&]]>""") == "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;]]&gt;"


def test_a_short_title_stays_large_on_one_line() -> None:
    assert fit("First aid", 140, (10, 8), 2) == (10, ["First aid"])


def test_a_longer_title_is_broken_at_a_space() -> None:
    size, lines = fit("Course authoring with Open edX", 140, (10, 8), 2)

    assert size == 10
    assert " ".join(lines) == "Course authoring with Open edX"
    assert len(lines) == 2


def test_a_title_that_does_not_fit_is_made_smaller_before_it_is_cut() -> None:
    size, lines = fit("Course authoring with Open edX for absolute beginners", 140, (10, 8), 2)

    assert size == 8
    assert ELLIPSIS not in "".join(lines)


def test_a_title_far_too_long_ends_in_an_ellipsis() -> None:
    _, lines = fit("Very long title " * 20, 140, (10, 8), 2)

    assert len(lines) == 2
    assert lines[-1].endswith(ELLIPSIS)


def test_one_endless_word_is_cut_within_the_room() -> None:
    size, lines = fit("x" * 300, 140, (10, 8), 2)

    assert all(width(line) * size <= 140 for line in lines)
    assert lines[-1].endswith(ELLIPSIS)


def test_wide_letters_count_double_and_combining_ones_nothing() -> None:
    assert width("学") > width("a")
    assert width("e\u0301") == width("e")


def test_wrapping_says_when_it_cannot() -> None:
    assert wrap("unbreakable", 2, 3) is None


@pytest.mark.parametrize(
    ("text", "expected"), [("كتابة", True), ("12 שלום", True), ("First", False), ("", False), ("123", False)]
)
def test_the_first_letter_with_a_direction_decides(text: str, expected: bool) -> None:
    assert right_to_left(text) is expected


@given(st.text(max_size=300), st.integers(1, 3))
def test_whatever_the_text_it_fits(text: str, lines: int) -> None:
    size, found = fit(clean(text), 140, (10, 8), lines)

    assert 1 <= len(found) <= lines
    assert all(width(line) * size <= 140.001 for line in found)
