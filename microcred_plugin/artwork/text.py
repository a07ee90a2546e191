"""Text in a drawing: made safe for XML, and cut so that it fits where it is written."""

import unicodedata
from collections.abc import Sequence
from xml.sax.saxutils import escape

ELLIPSIS = "…"
_NARROW, _WIDE = frozenset("fijlrt.,:;!'|()[] "), frozenset("mwMWOQG@%&—")


def clean(text: str) -> str:
    """Leave out what XML 1.0 cannot hold and what would turn the writing direction; white space becomes one space."""
    spaced = "".join(" " if character.isspace() else character for character in text)
    return " ".join("".join(filter(_allowed, spaced)).split())


def xml(text: str) -> str:
    """Clean and escape text for an element or a quoted attribute."""
    return escape(clean(text), {'"': "&quot;", "'": "&#39;"})


def width(text: str) -> float:
    """Guess the width of bold sans-serif text in em; rather too wide than too narrow, as fonts differ."""
    return sum(map(_advance, text))


def wrap(text: str, room: float, lines: int) -> list[str] | None:
    """Break text at its spaces into at most so many lines of at most ``room`` em; None when it does not fit."""
    found = [""]
    for word in text.split():
        candidate = f"{found[-1]} {word}".strip()
        if width(candidate) <= room:
            found[-1] = candidate
        elif width(word) > room or len(found) == lines:
            return None
        else:
            found.append(word)
    return found


def fit(text: str, room: float, sizes: Sequence[float], lines: int) -> tuple[float, list[str]]:
    """Choose the largest size (in the unit of ``room``) at which the text fits; at the smallest it is cut short."""
    for size in sizes:
        wrapped = wrap(text, room / size, lines)
        if wrapped is not None:
            return size, wrapped
    return sizes[-1], _cut(text, room / sizes[-1], lines)


def right_to_left(text: str) -> bool:
    """Say whether the first letter with a direction is written from right to left."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((direction in ("R", "AL") for direction in directions if direction in ("L", "R", "AL")), False)


def _cut(text: str, room: float, lines: int) -> list[str]:
    """Fill line after line letter by letter, ending in an ellipsis."""
    found: list[str] = []
    rest = text
    for number in range(1, lines + 1):
        taken = _head(rest, room)
        if taken == rest:
            return [*found, rest]
        if number == lines:
            return [*found, _head(rest, room - 1).rstrip() + ELLIPSIS]
        at_space = taken.rfind(" ")
        taken = taken[:at_space] if at_space > 0 else taken
        found.append(taken)
        rest = rest[len(taken) :].lstrip()
    return found


def _head(text: str, room: float) -> str:
    used = 0.0
    for i, character in enumerate(text):
        used += _advance(character)
        if used > room:
            return text[:i]
    return text


def _advance(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return 1.0
    if character in _NARROW:
        return 0.42
    if character in _WIDE:
        return 1.0
    return 0.78 if character.isupper() else 0.68


def _allowed(character: str) -> bool:
    code = ord(character)
    if code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE:
        return False
    # Embeddings, overrides and isolates: a title must not reorder the text around it.
    return not (0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069 or 0xFDD0 <= code <= 0xFDEF)
