"""What a driving process notes for the oracle: one JSON object a line, so that what was noted outlives it."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from soak.oracle import Saved


class Noted(NamedTuple):
    """A commit, how long it kept the learner, and how far behind the plan it was (a machine that is too slow)."""

    saved: Saved
    took: float
    late: float  #: behind the plan


class Journal:
    """Written by one process."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", buffering=1)
        self.saves = 0

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def saved(self, noted: Noted) -> None:
        """Note a commit."""
        self.saves += 1
        self._file.write(json.dumps({**asdict(noted.saved), "took": noted.took, "late": noted.late}) + "\n")


def read(paths: "list[Path]") -> Iterator[Noted]:
    """Read what processes have noted; a last line that was not finished is left out."""
    for path in paths:
        for line in path.read_text("utf-8").splitlines(keepends=True):
            if line.endswith("\n"):
                row = json.loads(line)
                took, late = row.pop("took"), row.pop("late")
                yield Noted(Saved(**{**row, "leaves": tuple(row["leaves"])}), took, late)
