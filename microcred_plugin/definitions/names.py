"""Microcredentials in files: each site makes uuids of its own, so a file names what it builds on, ``issuer/slug``."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from microcred_plugin.definitions.models import Microcredential

_REQUIREMENT = "microcredential"


def located(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with the uuids of this site, for every name of which something is here; whatever it holds."""
    asked = list(_asked(document))
    names = {one["name"] for one in asked if isinstance(one.get("name"), str)}
    if not names:
        return dict(document)
    rows = Microcredential.objects.filter(slug__in={name.rpartition("/")[2] for name in names}).select_related("issuer")
    by_name = {str(row): str(row.uuid) for row in rows}
    here = set(by_name.values()) | _existing(asked)

    def place(one: Mapping[str, Any]) -> dict[str, Any]:
        if one.get("uuid") in here:
            return {"uuid": one["uuid"]}
        found = by_name.get(one["name"]) if isinstance(one.get("name"), str) else None
        return {"uuid": found} if found else dict(one)

    return _changed(document, place)  # type: ignore[no-any-return]


def named(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document in which what it builds on is named by its name, too: for a file that goes elsewhere."""
    rows = Microcredential.objects.filter(uuid__in=_uuids(_asked(document))).select_related("issuer")
    names = {str(row.uuid): str(row) for row in rows}
    return _changed(  # type: ignore[no-any-return]
        document, lambda one: {**one, "name": names[one["uuid"]]} if one.get("uuid") in names else dict(one)
    )


def _existing(asked: list[Mapping[str, Any]]) -> set[str]:
    found = Microcredential.objects.filter(uuid__in=_uuids(iter(asked))).values_list("uuid", flat=True)
    return {str(uuid) for uuid in found}


def _uuids(asked: Iterator[Mapping[str, Any]]) -> set[str]:
    return {one["uuid"] for one in asked if _is_uuid(one.get("uuid"))}


def _is_uuid(value: object) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def _asked(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield what each requirement of a microcredential says, wherever it stands."""
    if isinstance(value, Mapping):
        if isinstance(value.get(_REQUIREMENT), Mapping):
            yield value[_REQUIREMENT]
        for inner in value.values():
            yield from _asked(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _asked(inner)


def _changed(value: Any, change: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Any:
    if isinstance(value, Mapping):
        return {
            key: change(inner) if key == _REQUIREMENT and isinstance(inner, Mapping) else _changed(inner, change)
            for key, inner in value.items()
        }
    return [_changed(inner, change) for inner in value] if isinstance(value, list) else value
