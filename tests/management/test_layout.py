"""Aligned tables, rounded percents, JSON-able data, and the line that shows progress."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from io import StringIO
from uuid import UUID

import pytest
from django.core.management.base import OutputWrapper

from microcred_plugin.data import AwardState
from microcred_plugin.management.cli.layout import number, percent, plain, table
from microcred_plugin.management.cli.progress_line import ProgressLine


class Screen(StringIO):
    """A terminal that a person looks at."""

    def isatty(self) -> bool:
        return True


def test_columns_are_aligned_and_nothing_trails() -> None:
    assert table([("a", 1, "x"), ("long", 100, "")], right=[1]) == ["a       1  x", "long  100"]


def test_an_empty_table_has_no_lines() -> None:
    assert table([]) == []


@pytest.mark.parametrize(("fraction", "shown"), [("0.9999", "99 %"), (1, "100 %"), (Decimal("0.005"), "0 %")])
def test_only_what_is_complete_is_a_hundred_percent(fraction: object, shown: str) -> None:
    assert percent(fraction) == shown


def test_a_count_has_its_noun() -> None:
    assert [number(count, "award", "awards") for count in (0, 1, 2)] == ["0 awards", "1 award", "2 awards"]


def test_plain_knows_everything_the_api_returns() -> None:
    @dataclass(frozen=True, slots=True)
    class Thing:
        share: Decimal
        at: datetime
        uuid: UUID
        state: AwardState
        inner: tuple[object, ...]

    at = datetime(2026, 5, 4, 14, tzinfo=timezone(timedelta(hours=2)))
    uuid = UUID(int=1)
    thing = Thing(Decimal("0.7500"), at, uuid, AwardState.HELD, ({"a": Decimal(1)}, None, 2, True))
    assert plain(thing) == {
        "share": "0.7500",
        "at": "2026-05-04T12:00:00Z",
        "uuid": str(uuid),
        "state": "held",
        "inner": [{"a": "1"}, None, 2, True],
    }
    assert type(plain(AwardState.HELD)) is str
    assert plain(datetime(2026, 1, 1, tzinfo=UTC)).endswith("Z")


def shown(*steps: tuple[int, int], screen: StringIO | None = None) -> str:
    """Return what a terminal gets for these steps."""
    screen = Screen() if screen is None else screen
    with ProgressLine(OutputWrapper(screen)) as line:
        for step in steps:
            line.show(*step)
    return screen.getvalue()


def test_progress_is_one_line_that_goes_away() -> None:
    text = shown((50, 100), (100, 100))
    assert "\n" not in text
    assert "[###############...............] 50 of 100 learners" in text
    assert "[##############################] 100 of 100 learners" in text
    assert text.endswith("\r")
    assert text.rstrip("\r").endswith(" ")


def test_more_learners_than_there_were_do_not_burst_the_bar() -> None:
    assert "[##############################] 120 of 100 learners" in shown((120, 100))


def test_without_a_total_learners_are_counted() -> None:
    assert "\r7 learners" in shown((7, 0))


def test_a_screen_is_not_flooded() -> None:
    assert shown(*((number, 10_000) for number in range(1000))).count("of 10000") < 50


def test_nobody_looking_nothing_is_written() -> None:
    assert shown((50, 100), screen=StringIO()) == ""
