"""Reads the questions of a problem and judges answers on the server: choices, checkboxes, menus, numbers and texts."""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, InvalidOperation

from lxml import etree

_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Question:
    """One answer asked for: its ``name`` in the form, how it is asked, and how it is judged."""

    name: str
    kind: str  #: radio, checkbox, select, text
    label: str
    choices: tuple[str, ...]
    element: etree._Element  #: where it stands in the problem
    is_right: Callable[[tuple[str, ...]], bool]


def questions(root: etree._Element) -> tuple[Question, ...] | None:
    """Give a problem's questions; None when one of them cannot be judged here (scripts, images, circuits …)."""
    found: list[Question] = []
    for element in root.iter():
        if not element.tag.endswith("response"):
            continue
        reader = _READERS.get(element.tag)
        question = reader(element, f"q{len(found) + 1}") if reader else None
        if question is None:
            return None
        found.append(question)
    return tuple(found) or None


def judge(asked: tuple[Question, ...], answers: Mapping[str, tuple[str, ...]]) -> dict[str, bool]:
    """Say of each question whether its answer is right."""
    return {question.name: question.is_right(answers.get(question.name, ())) for question in asked}


def earned(results: Mapping[str, bool], possible: Decimal) -> Decimal:
    """Give the points for the right ones, each question weighing the same."""
    return (possible * sum(results.values()) / len(results)).quantize(_PLACES, ROUND_DOWN)


def _text(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())


def _label(element: etree._Element) -> str:
    return _text(element.find(".//label"))


def _is_correct(choice: etree._Element) -> bool:
    return choice.get("correct", "").lower() == "true"


def _choice_text(choice: etree._Element) -> str:
    """Give a choice's words without the hints inside it."""
    parts = [choice.text or ""]
    for child in choice:
        if not str(child.tag).endswith("hint"):
            parts.append("".join(map(str, child.itertext())))
        parts.append(child.tail or "")
    return " ".join("".join(parts).split())


def _choices(element: etree._Element, name: str) -> Question | None:
    """Choose one (``choicegroup``) or all that are right (``checkboxgroup``); answers are positions."""
    choices = element.findall(".//choice")
    right = {str(place) for place, choice in enumerate(choices) if _is_correct(choice)}
    kind = "checkbox" if element.tag == "choiceresponse" else "radio"
    if not choices or (kind == "radio" and not right):
        return None

    def is_right(answer: tuple[str, ...]) -> bool:
        return set(answer) == right if kind == "checkbox" else len(answer) == 1 and answer[0] in right

    return Question(name, kind, _label(element), tuple(map(_choice_text, choices)), element, is_right)


def _menu(element: etree._Element, name: str) -> Question | None:
    menu = element.find(".//optioninput")
    if menu is None:
        return None
    options = menu.findall("option")
    texts = tuple(map(_choice_text, options)) or _written_options(menu.get("options", ""))
    correct = [_choice_text(option) for option in options if _is_correct(option)] or [menu.get("correct", "")]
    right = {str(place) for place, text in enumerate(texts) if text in correct}
    if not right:
        return None
    return Question(
        name, "select", _label(element), texts, element, lambda answer: len(answer) == 1 and answer[0] in right
    )


def _written_options(options: str) -> tuple[str, ...]:
    """Read ``('a','b')``."""
    try:
        read = ast.literal_eval(options)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ()
    return tuple(map(str, read)) if isinstance(read, tuple | list) else (str(read),)


def _number(element: etree._Element, name: str) -> Question | None:
    try:
        expected = [Decimal(element.get("answer", "").strip())]
        expected += [Decimal(more.get("answer", "").strip()) for more in element.findall("additional_answer")]
    except InvalidOperation:
        return None  # computed by a script, or a range
    tolerance = element.find(".//responseparam[@type='tolerance']")
    allowed = "0" if tolerance is None else tolerance.get("default", "0").strip()

    def is_right(answer: tuple[str, ...]) -> bool:
        try:
            given = Decimal(answer[0].strip().replace(",", "."))
        except (IndexError, InvalidOperation):
            return False
        return given.is_finite() and any(abs(given - right) <= _margin(allowed, right) for right in expected)

    return Question(name, "text", _label(element), (), element, is_right)


def _margin(allowed: str, right: Decimal) -> Decimal:
    try:
        return abs(right) * Decimal(allowed[:-1]) / 100 if allowed.endswith("%") else Decimal(allowed or "0")
    except InvalidOperation:
        return Decimal(0)


def _words(element: etree._Element, name: str) -> Question | None:
    expected = [element.get("answer", "")]
    expected += [more.get("answer") or _text(more) for more in element.findall("additional_answer")]
    kinds = element.get("type", "ci").split()
    flags = re.IGNORECASE if "ci" in kinds else 0
    patterns = [text if "regexp" in kinds else re.escape(text.strip()) for text in expected]
    try:
        compiled = [re.compile(pattern, flags) for pattern in patterns]
    except re.error:
        return None

    def is_right(answer: tuple[str, ...]) -> bool:
        return bool(answer) and any(pattern.fullmatch(answer[0].strip()) for pattern in compiled)

    return Question(name, "text", _label(element), (), element, is_right)


_READERS: Mapping[str, Callable[[etree._Element, str], Question | None]] = {
    "multiplechoiceresponse": _choices,
    "choiceresponse": _choices,
    "optionresponse": _menu,
    "numericalresponse": _number,
    "stringresponse": _words,
}
