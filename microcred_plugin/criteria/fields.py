"""Reading the members of a mapping one by one, noting every problem with its path instead of stopping at the first."""

import difflib
import json
from collections.abc import Iterable, Mapping
from re import Pattern
from typing import Any

from microcred_plugin.criteria import vocabulary as words
from microcred_plugin.criteria.document import FORMAT
from microcred_plugin.errors import Problem

_MISSING = {"format": f'is missing. Write "format: {FORMAT}".'}


class Problems(list[Problem]):
    """The problems found so far; a report has an end whatever the document does."""

    @property
    def full(self) -> bool:
        """Whether further problems are no longer noted."""
        return len(self) >= words.MAX_PROBLEMS

    def note(self, path: str, message: str, code: str = "invalid-value") -> None:
        """Note one problem: where, what and the remedy."""
        if not self.full:
            self.append(Problem(path, message, code))


class Fields:
    """The members of one mapping of the document.

    Every reader returns a value of its type: what the document says, or the default, also after noting a problem, so
    that reading goes on. :meth:`done` notes the members nobody asked for.
    """

    def __init__(self, value: Any, path: str, problems: Problems) -> None:
        self.path, self.problems = path, problems
        self._asked: list[str] = []
        self.readable = isinstance(value, Mapping)
        self._values: Mapping[Any, Any] = value if self.readable else {}
        if not self.readable:
            self.problems.note(path, f"must be a mapping of names to values, not {shown(value)}.")

    def at(self, name: str) -> str:
        """Return the path of a member."""
        return f"{self.path}.{name}" if self.path else name

    def note(self, name: str, message: str, code: str = "invalid-value") -> None:
        """Note a problem of a member."""
        self.problems.note(self.at(name), message, code)

    def get(self, name: str, *, required: bool = False) -> Any:
        """Return a member as it is, None when it is not there or null; a required one that lacks is a problem."""
        self._asked.append(name)
        if required and self.readable and name not in self._values:
            self.note(name, _MISSING.get(name, "is missing. Add it."), "missing-key")
        return self._values.get(name)

    def __contains__(self, name: str) -> bool:
        """Say whether a member is there, be it null."""
        return name in self._values

    def inner(self, name: str) -> "Fields":
        """Return a member that is itself a mapping; an empty one when it is not there."""
        value = self.get(name)
        return Fields(value if name in self._values else {}, self.at(name), self.problems)

    def text(
        self, name: str, *, required: bool = False, limit: int = 255, lines: bool = False, default: str = ""
    ) -> str:
        """Return a text, without blanks around it. ``lines`` allows line breaks; a required one cannot be blank."""
        value = self.get(name, required=required)
        if name not in self._values:
            return default
        problem = text_problem(value, limit=limit, lines=lines)
        if problem or (required and not value.strip()):
            self.note(name, problem or "must not be empty.")
            return default
        return str(value.strip())

    def optional_text(self, name: str, *, limit: int = 1000) -> str | None:
        """Return a text, or None when it is not there, null or blank."""
        return None if self.get(name) is None else self.text(name, limit=limit, lines=True) or None

    def pattern(
        self,
        name: str,
        pattern: Pattern[str],
        hint: str,
        *,
        required: bool = False,
        default: str = "",
        limit: int = 255,
    ) -> str:
        """Return a text of a given form; ``hint`` says the form."""
        value = self.get(name, required=required)
        if name not in self._values:
            return default
        if not isinstance(value, str) or len(value) > limit or not pattern.fullmatch(value):
            self.note(name, f"must be {hint}, not {shown(value)}.")
            return default
        return value

    def choice(self, name: str, options: Iterable[str], default: str) -> Any:
        """Return one of the words; typed Any because the classes of the document name the words themselves."""
        value = self.get(name)
        if name not in self._values:
            return default
        if not isinstance(value, str) or value not in (options := tuple(options)):
            self.note(name, f"must be one of {', '.join(options)}, not {shown(value)}.{suggestion(value, options)}")
            return default
        return value

    def boolean(self, name: str, default: bool) -> bool:
        """Return true or false."""
        value = self.get(name)
        if name in self._values and not isinstance(value, bool):
            self.note(name, f"must be true or false (without quotes), not {shown(value)}.")
        return value if isinstance(value, bool) else default

    def integer(self, name: str, low: int, high: int, default: int | None, *, nullable: bool = False) -> int | None:
        """Return a whole number from ``low`` to ``high``."""
        value = self.get(name)
        if name not in self._values or (nullable and value is None):
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.note(name, f"must be a whole number from {low} to {high}, not {shown(value)}.")
            return default
        return value

    def items(self, name: str, limit: int = words.MAX_ITEMS) -> list[tuple[str, Any]]:
        """Return the items of a list, each with its path; none when it is not there."""
        value = self.get(name)
        if name not in self._values:
            return []
        if not isinstance(value, list | tuple):
            self.note(name, f"must be a list, not {shown(value)}.")
            return []
        if len(value) > limit:
            self.note(name, f"has {len(value)} items; at most {limit} are allowed.")
        return [(f"{self.at(name)}[{index}]", item) for index, item in enumerate(value[:limit])]

    def done(self) -> None:
        """Note every member that nobody asked for."""
        for name in self._values:
            if self.problems.full:
                return
            if not isinstance(name, str):
                self.problems.note(self.path, f"has the key {shown(name)}; keys must be text.", "unknown-key")
            elif name not in self._asked:
                place = self.at(name if text_problem(name, limit=80) is None else "…")
                self.problems.note(place, f"is not known here.{suggestion(name, self._asked)}", "unknown-key")


def text_problem(value: Any, *, limit: int, lines: bool = False) -> str | None:
    """Say what is wrong with a text, None when nothing is."""
    if not isinstance(value, str):
        return f"must be text, not {shown(value)}. Put it in quotes."
    if len(value) > limit:
        return f"is {len(value)} characters long; at most {limit} are allowed."
    if words.CONTROL.search(value) or (not lines and words.LINE_BREAK.search(value)):
        return "holds a control character or a line break. Remove it."
    return None


def shown(value: Any) -> str:
    """Return a short form of any value that is safe to print, whatever it is."""
    if isinstance(value, str):
        return json.dumps(
            value if len(value) <= 60 else value[:60] + "…", ensure_ascii=bool(words.CONTROL.search(value))
        )
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int):
        return str(value) if value.bit_length() <= 64 else "a huge number"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list | tuple) else f"a {type(value).__name__}"


def suggestion(word: Any, options: Iterable[str]) -> str:
    """Return `` Did you mean …?`` when one of the options is close, else what can be written."""
    known = tuple(options)
    if isinstance(word, str) and len(word) <= 60 and (near := difflib.get_close_matches(word, known, n=1)):
        return f" Did you mean {near[0]}?"
    return f" Known here: {', '.join(known)}." if known else ""
