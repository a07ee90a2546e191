"""The one place that writes to the log: a stable name for what happened, and ids; never who a person is.

One tree of loggers, ``microcred_plugin.<part>``. A line is ``event=<name> key=value …``, and the same fields are in the
record's ``microcred`` for handlers that write JSON. User ids are logged, as the platform does: without them nobody can
be helped. User names, e-mail addresses, full names and the reasons that people give are not, and neither is the text of
an exception, into which libraries put whatever they were given: of those, type, code and place are logged.
"""

import logging
import traceback
from collections.abc import Mapping
from typing import Any

from microcred_plugin.errors import MicrocredError

_ROOT = "microcred_plugin"
_LEFT_OUT = "its text is left out: it may name a person"


class Log:
    """What one part says: ``Log(__name__).info("award-granted", user_id=5)``."""

    def __init__(self, name: str) -> None:
        inside = name == _ROOT or name.startswith(f"{_ROOT}.")
        self._logger = logging.getLogger(name if inside else f"{_ROOT}.{name}")

    def info(self, event: str, **fields: object) -> None:
        """Say that something happened that an operator may want to count."""
        self._write(logging.INFO, event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Say that something is not as it should be and will mend itself, or can wait."""
        self._write(logging.WARNING, event, fields)

    def failure(self, event: str, error: BaseException, **fields: object) -> None:
        """Say that something failed: the error's type, code and place, and where it came from, without its text."""
        shown = {**fields, "error": told(error)}
        if error.__cause__ is not None:
            shown["caused_by"] = told(error.__cause__)
        self._write(logging.ERROR, event, shown, (Untold, _untold(error), error.__traceback__))

    def _write(self, level: int, event: str, fields: Mapping[str, object], trace: Any = None) -> None:
        if self._logger.isEnabledFor(level):
            line = " ".join([f"event={event}", *(f"{key}={_written(value)}" for key, value in fields.items())])
            self._logger.log(level, "%s", line, exc_info=trace, extra={"microcred": {"event": event, **fields}})


class Untold(Exception):
    """Stands in a trace for an exception whose text must not be logged."""


def _untold(error: BaseException) -> Untold:
    return Untold(f"{type(error).__module__}.{type(error).__qualname__}; {_LEFT_OUT}")


def told(error: BaseException) -> str:
    """Describe an error for logs and for operators without what others put into its text.

    Our own errors name keys and numbers and are told whole. Of others: the type, the database's or the system's code
    if there is one, and the place in which it was raised.
    """
    kind = type(error).__name__
    if isinstance(error, MicrocredError):
        return f"{kind}: {error}"
    code, place = _code(error), _place(error)
    return f"{kind}{f' [{code}]' if code else ''}{f' at {place}' if place else ''}"


def _code(error: BaseException) -> str:
    """MySQL and the operating system put a number first, PostgreSQL's driver has ``sqlstate`` (on Django's cause)."""
    first = error.args[0] if error.args else None
    if isinstance(first, int) and not isinstance(first, bool):
        return str(first)
    return str(getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None) or "")


def _place(error: BaseException) -> str:
    """Return the innermost place of ours, else the innermost of all: ``flows/judge.py:21``."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if f"/{_ROOT}/" in frame.filename.replace("\\", "/")]
    if not frames:
        return ""
    frame = (ours or frames)[-1]
    return f"{'/'.join(frame.filename.replace(chr(92), '/').split('/')[-2:])}:{frame.lineno}"


def _written(value: object) -> str:
    """Write a value of a line: one with a space, an equals sign or a quote in it is put into quotes."""
    text = str(value)
    if text and not any(sign in text for sign in ' ="\n\r\t'):
        return text
    for sign, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(sign, escaped)
    return f'"{text}"'
