"""Parses the requirement tree of one milestone."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from microcred_plugin.criteria import keys, numbers
from microcred_plugin.criteria import vocabulary as words
from microcred_plugin.criteria.document import (
    HOME,
    Certificate,
    Completion,
    Condition,
    CourseGrade,
    CoursePassed,
    Group,
    HeldMicrocredential,
    Manual,
    Requirement,
    Rule,
    SubsectionGrade,
)
from microcred_plugin.criteria.fields import Fields, Problems, shown, suggestion

#: Stands for what could not be read; never leaves ``parse``, which raises when a problem was noted.
_NOTHING = Group(Rule.ALL, 1, ())
_NAMES = words.GROUPS + words.CONDITIONS


class RequirementParser:
    """Parses requirements, and keeps count of them over the whole document."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._count = 0
        self._manuals = 0

    def milestone(self, fields: Fields) -> Requirement:
        """Parse the member ``require`` of a milestone, in which one ``manual`` may occur."""
        self._manuals = 0
        value = fields.get("require", required=True)
        return self._requirement(value, fields.at("require"), 0) if "require" in fields else _NOTHING

    def _requirement(self, value: Any, path: str, depth: int) -> Requirement:
        self._count += 1
        if self._count > words.MAX_REQUIREMENTS:
            if self._count == words.MAX_REQUIREMENTS + 1:
                limit = f"The document has more than {words.MAX_REQUIREMENTS} requirements. Ask for whole sections."
                self._problems.note(path, limit, "too-large")
            return _NOTHING
        if depth > words.MAX_DEPTH:
            self._problems.note(path, f"Groups are nested deeper than {words.MAX_DEPTH}. Flatten them.", "too-large")
            return _NOTHING
        name = self._name(value, path)
        if name is None:
            return _NOTHING
        if name in words.GROUPS:
            return self._group(Rule(name), value, path, depth)
        return self._condition(name, value[name], f"{path}.{name}")

    def _name(self, value: Any, path: str) -> str | None:
        """Return the one key of a requirement, or note what is wrong with it."""
        if not isinstance(value, dict) or len(value) != 1:
            problem = shown(value) if not isinstance(value, dict) else f"{len(value)} of them"
            self._problems.note(path, f"must be a mapping with exactly one of {', '.join(_NAMES)}, not {problem}.")
            return None
        name = next(iter(value))
        if not isinstance(name, str) or name not in _NAMES:
            message = f"{shown(name)} is not a requirement.{suggestion(name, _NAMES)}"
            self._problems.note(path, message, "unknown-key")
            return None
        return name

    def _group(self, rule: Rule, value: Any, path: str, depth: int) -> Requirement:
        fields = Fields(value, path, self._problems)
        if rule is Rule.AT_LEAST:
            fields = fields.inner(rule)
            children = self._children(fields, "of", depth)
            count = fields.integer("count", 1, words.MAX_REQUIREMENTS, None)
            if "count" not in fields:
                fields.get("count", required=True)
            fields.done()
        else:
            children = self._children(fields, rule, depth)
            count = len(children) if rule is Rule.ALL else 1
        if count is not None and children and count > len(children):
            message = f"asks for {count} of {len(children)}, which nobody can meet. Lower it or add requirements."
            fields.note("count", message, "count-too-large")
        return Group(rule, count or 1, children)

    def _children(self, fields: Fields, name: str, depth: int) -> tuple[Requirement, ...]:
        items = fields.items(name, limit=words.MAX_REQUIREMENTS)
        if name not in fields:
            fields.get(name, required=True)
        elif not items and fields.get(name) in ([], ()):
            message = "is empty, and nothing may be earned by doing nothing. Add a requirement."
            fields.note(name, message, "empty-group")
        return tuple(self._requirement(item, path, depth + 1) for path, item in items)

    def _condition(self, name: str, value: Any, path: str) -> Condition:
        fields = Fields(value, path, self._problems)
        condition = _READERS[name](fields)
        fields.done()
        if isinstance(condition, Manual):
            self._manuals += 1
            if self._manuals > 1:
                message = "A milestone has at most one manual confirmation. Put the other one into its own milestone."
                self._problems.note(path, message)
        return condition


def _block(fields: Fields) -> str:
    return _reference(fields, "block", keys.block_problem, "course@course")


def _course(fields: Fields) -> str:
    return _reference(fields, "course", keys.course_problem, HOME)


def _reference(fields: Fields, name: str, problem_of: Callable[[str], str | None], default: str) -> str:
    value = fields.get(name, required=True)
    if name not in fields:
        return default
    problem = problem_of(value) if isinstance(value, str) else "must be text"
    if problem:
        fields.note(name, f"{shown(value)} {problem}.")
        return default
    return str(value)


def _held(fields: Fields) -> HeldMicrocredential:
    """Read the uuid. A name beside it was for another site; one alone has found nothing on this (definitions.names)."""
    name = fields.pattern("name", words.NAME, 'issuer and slug, as in "OpenedX/first-steps"')
    hint = "the uuid of a microcredential, as in 0f4c7a52-1b7e-4f6e-9d5b-0c3a6b1e2d4f"
    text = fields.pattern("uuid", words.UUID_TEXT, hint, required=not name)
    if name and "uuid" not in fields:
        fields.note("name", f"There is no microcredential {shown(name)} here. Load it first, or name another.")
    return HeldMicrocredential(UUID(text) if text else UUID(int=0))


_READERS: dict[str, Callable[[Fields], Condition]] = {
    "completion": lambda fields: Completion(_block(fields), numbers.percent(fields)),
    "subsection_grade": lambda fields: SubsectionGrade(_block(fields), numbers.minimum(fields)),
    "course_grade": lambda fields: CourseGrade(_course(fields), numbers.minimum(fields)),
    "course_passed": lambda fields: CoursePassed(_course(fields)),
    "certificate": lambda fields: Certificate(_course(fields)),
    "microcredential": _held,
    "manual": lambda fields: Manual(fields.text("prompt", required=True, limit=500, lines=True)),
}
