"""What was measured, as a table, and whether every budget holds (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

_TITLES = ("what", "database", "measured", "budget", "ratio", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement; without a budget it is for information, and with ``skipped`` it says why it was not made."""

    what: str
    database: str
    measured: float = 0.0
    unit: str = ""
    budget: float | None = None
    skipped: str = ""

    @property
    def broken(self) -> bool:
        """Whether more was used than the budget allows."""
        return not self.skipped and self.budget is not None and self.measured > self.budget

    @property
    def ratio(self) -> float | None:
        """Measured over budget; None where there is no such number."""
        return None if self.skipped or not self.budget else self.measured / self.budget

    @property
    def verdict(self) -> str:
        """One word for the last column."""
        if self.skipped:
            return "skipped"
        if self.budget is None:
            return "info"
        return "BROKEN" if self.broken else "ok"

    def cells(self) -> tuple[str, ...]:
        """Give the row as it is printed."""
        measured = self.skipped or quantity(self.measured, self.unit)
        budget = "" if self.budget is None else f"≤ {quantity(self.budget, self.unit)}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return self.what, self.database, measured, budget, ratio, self.verdict

    def to_json(self) -> dict[str, Any]:
        """Give the row as JSON-able data; ``Row(**…)`` reads it."""
        return asdict(self)


def quantity(value: float, unit: str) -> str:
    """Write a number with its unit, with no more digits than say something."""
    number = f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"
    return f"{number} {unit}".rstrip()


def render(rows: Sequence[Row]) -> str:
    """Lay the rows out in columns (Markdown, which is also readable as it is)."""
    lines = [_TITLES, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_TITLES))]
    printed = [_line(line, widths) for line in lines]
    printed.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(printed)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def exit_code(rows: Iterable[Row]) -> int:
    """Return 0 when every budget holds, 1 when one is broken or nothing was measured."""
    listed = list(rows)
    return 1 if not listed or any(row.broken for row in listed) else 0
