"""The ring is the progress: its pieces are as long as the milestones are far."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microcred_plugin.artwork.ring import FINE, SMALL, layout
from tests.artwork.drawing import draw, paths, span, thickness


def length(path: str) -> float:
    start, end = span(path)
    return end - start


@pytest.mark.parametrize("fraction", ["0.1", "0.25", "0.5", "0.75", "0.99"])
def test_a_piece_is_filled_in_proportion_to_its_fraction(fraction: str) -> None:
    drawing = draw("0", fraction, "0")

    (part,) = paths(drawing, "part")
    track = paths(drawing, "track")[1]

    assert length(part) == pytest.approx(float(fraction) * length(track), abs=0.002)
    assert span(part)[0] == pytest.approx(span(track)[0], abs=0.001)


def test_milestones_share_the_ring_equally_and_in_order_from_the_top() -> None:
    tracks = [span(path) for path in paths(draw("0", "0", "0", "0"), "track")]

    assert [round((start + end) / 2, 3) for start, end in tracks] == [0.125, 0.375, 0.625, 0.875]
    assert all(before[1] < after[0] for before, after in itertools.pairwise(tracks)), "no gap between pieces"


def test_nothing_done_fills_nothing() -> None:
    drawing = draw("0", "0")

    assert paths(drawing, "part") == paths(drawing, "done") == []
    assert len(paths(drawing, "track")) == 2


def test_what_is_done_is_also_thicker_and_ticked_so_that_colour_never_speaks_alone() -> None:
    drawing = draw("1", "0.99")

    (done,), (part,) = paths(drawing, "done"), paths(drawing, "part")
    assert thickness(done) > 1.5 * thickness(part)
    assert len(paths(drawing, "tick")) == 1


def test_almost_done_does_not_look_done() -> None:
    assert paths(draw("0.9999"), "done") == []


def test_one_milestone_is_a_whole_ring_that_the_core_shows_through() -> None:
    drawing = draw("1")

    (done,) = paths(drawing, "done")
    group = next(part for part in drawing.iter() if part.get("class") == "microcred-badge__done")
    assert done.count("A") == 4, "an outer and an inner circle, each of two arcs"
    assert group.get("fill-rule") == "evenodd"


def test_a_single_milestone_half_done_fills_the_right_half() -> None:
    (part,) = paths(draw("0.5"), "part")

    assert span(part) == pytest.approx((0, 0.5), abs=0.001)


def test_fractions_outside_the_range_are_drawn_as_its_ends() -> None:
    drawing = draw("-1", "7")

    assert (len(paths(drawing, "part")), len(paths(drawing, "done"))) == (0, 1)


def test_without_milestones_there_is_an_empty_ring() -> None:
    assert len(paths(draw(), "track")) == 1


def test_gaps_shrink_with_many_milestones_and_then_vanish() -> None:
    def gap(count: int) -> float:
        first, second = layout([Decimal(0)] * count, FINE)[:2]
        return second.start - first.end

    assert gap(3) == pytest.approx(gap(8))
    assert gap(8) > gap(30) > 0
    assert gap(90) == pytest.approx(0)


def test_small_drawings_are_thicker_and_have_no_ticks() -> None:
    small, large = draw("1", "0", size=48), draw("1", "0", size=512)

    assert thickness(paths(small, "track")[0]) > 1.3 * thickness(paths(large, "track")[0])
    assert (len(paths(small, "tick")), len(paths(large, "tick"))) == (0, 1)


@settings(deadline=None)
@given(st.lists(st.decimals(0, 1, places=4), min_size=1, max_size=120), st.sampled_from([FINE, SMALL]))
def test_the_ring_is_never_over_full_and_filled_by_the_sum_of_the_fractions(fractions: list[Decimal], gauge) -> None:
    pieces = layout(fractions, gauge)

    room = pieces[0].end - pieces[0].start
    assert len(pieces) == len(fractions)
    assert 0 < room * len(pieces) <= 2 * 3.1415927
    filled = sum(piece.filled_to - piece.start for piece in pieces)
    assert filled == pytest.approx(float(sum(fractions)) * room, abs=1e-6)
