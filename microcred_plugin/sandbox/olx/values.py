"""Understands the attributes of OLX, which are strings, JSON in strings, or (from policy files) JSON values."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def decoded(value: Any) -> Any:
    """Give a value as JSON understands it (``"true"`` is True), else as it stands."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def is_true(value: Any) -> bool:
    """Read ``true``, ``True`` and JSON's true."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def integer(value: Any) -> int | None:
    """Read a whole number; None for anything else."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def moment(value: Any) -> datetime | None:
    """Read an ISO 8601 time as aware UTC (without a zone it is UTC); None for anything else."""
    plain = decoded(value)
    try:
        read = datetime.fromisoformat(str(plain))
    except ValueError:
        return None
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def text(value: Any) -> str:
    """Read a text; an attribute holds it as it is, a policy may hold null."""
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def group_access(value: Any) -> dict[str, list[int]]:
    """Read ``{partition id: [group ids]}``, leaving out partitions that restrict nothing."""
    access = decoded(value)
    if not isinstance(access, Mapping):
        return {}
    return {
        str(partition): [number for group in groups if (number := integer(group)) is not None]
        for partition, groups in access.items()
        if isinstance(groups, list) and groups
    }
