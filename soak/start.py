"""Has the driving processes begin together: each says that it is there by its journal, then all are told the time."""

from pathlib import Path
from time import monotonic, sleep, time

_PATIENCE_SECONDS = 120.0
_HEAD_START_SECONDS = 0.5
_LOOK_EVERY_SECONDS = 0.1


def journal_of(directory: Path, number: int) -> Path:
    """Where the nth driving process notes what it has done."""
    return directory / f"driver{number}.jsonl"


def are_there(directory: Path, drivers: int) -> bool:
    """Say whether all driving processes are there."""
    return all(journal_of(directory, number).exists() for number in range(drivers))


def give(directory: Path) -> float:
    """Tell them when to begin; return it."""
    begin = time() + _HEAD_START_SECONDS
    written = directory / "begin.new"
    written.write_text(str(begin), "ascii")
    written.rename(directory / "begin")  # whole or not at all
    return begin


def wait(directory: Path) -> float:
    """Wait until it is told; TimeoutError when it never is."""
    told, end = directory / "begin", monotonic() + _PATIENCE_SECONDS
    while not told.exists():
        if monotonic() > end:
            raise TimeoutError("Nobody said when to begin.")
        sleep(_LOOK_EVERY_SECONDS)
    return float(told.read_text("ascii"))
