"""One line on a terminal that says how far a long walk is; nothing where no person is looking."""

from time import monotonic
from types import TracebackType

from django.core.management.base import OutputWrapper

_WIDTH = 30
_EVERY_SECONDS = 0.1


class ProgressLine:
    """``with ProgressLine(terminal) as line: work(on_progress=line.show)``."""

    def __init__(self, terminal: OutputWrapper) -> None:
        self._terminal = terminal
        self._seen = terminal.isatty()
        self._length = 0
        self._next = 0.0

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Take the line away, so that what follows begins on a clean one."""
        if self._length:
            self._write("\r" + " " * self._length + "\r")

    def show(self, done: int, total: int) -> None:
        """Show how many learners are done of how many; 0 in all means that nobody knows."""
        if not self._seen or (monotonic() < self._next and done != total):
            return
        self._next = monotonic() + _EVERY_SECONDS
        text = _text(done, total)
        self._write("\r" + text.ljust(self._length))
        self._length = max(self._length, len(text))

    def _write(self, text: str) -> None:
        self._terminal.write(text, str, ending="")  # str: not in the colour of errors
        self._terminal.flush()


def _text(done: int, total: int) -> str:
    """Who enrolled meanwhile can make ``done`` greater than ``total``: the bar is full then, not longer."""
    if not total:
        return f"{done} learners"
    full = min(_WIDTH * done // total, _WIDTH)
    return f"[{'#' * full}{'.' * (_WIDTH - full)}] {done} of {total} learners"
