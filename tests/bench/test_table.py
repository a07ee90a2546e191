"""The benchmark's table: what is over budget is named, and fails the run."""

import pytest

from bench.sizes import SIZES
from bench.table import Row, exit_code, render


def test_within_budget_is_ok_and_over_it_is_broken() -> None:
    within, over = Row("a", "SQLite", 8, "", 8), Row("b", "SQLite", 9, "", 8)
    assert (within.broken, over.broken) == (False, True)
    assert (exit_code([within]), exit_code([within, over])) == (0, 1)
    line = next(line for line in render([within, over]).splitlines() if "| b " in line)
    assert "BROKEN" in line


def test_what_has_no_budget_or_was_skipped_breaks_nothing() -> None:
    rows = [Row("for information", "SQLite", 1e9, "s"), Row("asleep", "SQLite", 9, "", 1, skipped="no Redis")]
    assert exit_code(rows) == 0
    assert "no Redis" in render(rows)


def test_a_budget_of_nothing_allows_nothing() -> None:
    assert not Row("queries", "SQLite", 0, "", 0).broken
    assert Row("queries", "SQLite", 1, "", 0).broken


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_scaling_keeps_what_each_learner_has_done(size) -> None:
    scaled = size.with_rows(10 * size.rows)
    assert (scaled.rows_each, scaled.learners) == (size.rows_each, 10 * size.learners)
