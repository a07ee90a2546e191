"""Everything we hold about one person, as JSON that the person can read."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import models

from microcred_plugin.awards.models import Award
from microcred_plugin.definitions.models import Microcredential, Version
from microcred_plugin.evidence import gates
from microcred_plugin.flows.personal import HOLDINGS, About, Holding

FORMAT = "microcredential-personal-data/1"
#: What the names of related rows are made of.
_NAMED_BY: Mapping[Any, str] = {Version: "__microcredential__issuer", Microcredential: "__issuer", Award: ""}


def export_user(user_id: int) -> dict[str, Any]:
    """Return what docs/reference/personal-data.md says, as JSON-able data; a part without rows is an empty list."""
    users = get_user_model()
    name = users.objects.filter(pk=user_id).values_list(users.USERNAME_FIELD, flat=True).first()
    return {
        "format": FORMAT,
        "user_id": user_id,
        "username": name,
        "forgotten": gates.is_forgotten(user_id),
        **{holding.name: _part(holding, user_id) for holding in HOLDINGS},
    }


def _part(holding: Holding, user_id: int) -> list[dict[str, Any]]:
    rows = holding.rows(user_id)
    for name in _told(holding):
        related = holding.model._meta.get_field(name).related_model
        if related is not None:
            rows = rows.select_related(name + _NAMED_BY[related])
    return [_shown(holding, row) for row in rows]


def _told(holding: Holding) -> list[str]:
    if not isinstance(holding, About):
        return list(holding.shown)
    return [one.name for one in holding.model._meta.concrete_fields if one.name not in holding.left_out]


def _shown(holding: Holding, row: models.Model) -> dict[str, Any]:
    told = {name: _plain(getattr(row, name)) for name in _told(holding)}
    also: Mapping[str, str] = holding.also if isinstance(holding, About) else {}
    return {**told, **{name: getattr(row, attribute) is not None for name, attribute in also.items()}}


def _plain(value: Any) -> Any:
    """Return the same as JSON knows it: relations by name, fractions as text, times as ISO 8601 in UTC."""
    match value:
        case Version():
            return {"microcredential": str(value.microcredential), "version": value.num}
        case Microcredential():
            return str(value)
        case Award():
            return str(value.uuid)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case UUID() | Decimal():
            return str(value)
        case _:
            return value
