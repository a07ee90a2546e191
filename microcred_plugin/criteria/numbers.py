"""Decimals and times in a document: exact on the way in, one way of writing them on the way out."""

from datetime import UTC, datetime
from decimal import Decimal
from re import Pattern
from typing import Any

from microcred_plugin.criteria import vocabulary as words
from microcred_plugin.criteria.fields import Fields, shown

_LARGEST = 99_999


def minimum(fields: Fields) -> Decimal:
    """Read the required member ``minimum``: a fraction above 0, up to 1, as text."""
    value = fields.get("minimum", required=True)
    if "minimum" not in fields:
        return Decimal(1)
    return _decimal(fields, "minimum", value, words.MINIMUM, 'a fraction above 0, up to 1, as in "0.7" for 70 %')


def percent(fields: Fields) -> Decimal:
    """Read the member ``percent``: 1 … 100, a whole number or text; 100 when it is not there."""
    value = _whole_as_text(fields.get("percent"))
    if "percent" not in fields:
        return Decimal(100)
    return _decimal(fields, "percent", value, words.PERCENT, 'a number from 1 to 100, as in 80 or "87.5"')


def amount(fields: Fields, name: str) -> Decimal | None:
    """Read hours or credit points, above 0, a whole number or text; None when it is not there or null."""
    value = _whole_as_text(fields.get(name))
    if value is None:
        return None
    return _decimal(fields, name, value, words.AMOUNT, f'a number above 0, up to {_LARGEST}, as in 12 or "1.5"')


def time(fields: Fields, name: str) -> datetime | None:
    """Read a time with its offset, as UTC; None when it is not there or null."""
    value = fields.get(name)
    if value is None:
        return None
    try:
        if isinstance(value, str) and words.TIME.fullmatch(value):
            return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # the form is right, the day is not: February 30th, or outside the calendar
    fields.note(name, f'must be a time with its offset, as in "2027-01-31T12:00:00Z", not {shown(value)}.')
    return None


def decimal_text(value: Decimal) -> str:
    """Write a decimal without exponent and needless zeros: ``0.70`` and ``0.7`` are one text."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimal_number(value: Decimal | None) -> int | str | None:
    """Write a whole decimal as a number, another one as text."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else decimal_text(value)


def time_text(value: datetime | None) -> str | None:
    """Write a time in UTC with ``Z``."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _whole_as_text(value: Any) -> Any:
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST
    return str(value) if whole else value


def _decimal(fields: Fields, name: str, value: Any, pattern: Pattern[str], hint: str) -> Decimal:
    if isinstance(value, str) and len(value) <= 20 and pattern.fullmatch(value):
        return Decimal(value)
    unquoted = (
        " Put the number in quotes; an unquoted fraction may be rounded."
        if isinstance(value, float) and 0 < value <= _LARGEST
        else ""
    )
    fields.note(name, f"must be {hint}, not {shown(value)}.{unquoted}")
    return Decimal(1)
