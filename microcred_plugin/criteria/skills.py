"""Reads a file of skills: a table (CSV), or Rich Skill Descriptors (JSON), one or many (pure).

Rich Skill Descriptors are as the Open Skills Network publishes them: ``skillName`` and ``id``, the address that stays.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from microcred_plugin.criteria import vocabulary as words
from microcred_plugin.errors import BadInput

MAX_BYTES = 512 * 1024
_NAME_LENGTH, _URI_LENGTH = 255, 1_000
_RSD = "Rich Skill Descriptor"
#: What tables call their columns, in lower case: ours, and those of exports of OSMT and ESCO.
_COLUMNS = {
    "name": ("name", "skill", "skill name", "rsd name", "preferredlabel", "title"),
    "uri": ("uri", "url", "canonical url", "concepturi", "id", "address"),
    "framework": ("framework", "framework name", "source"),
}


def read_skills(text: str) -> tuple[dict[str, str], ...]:
    """Return ``{"name", "uri", "framework"}`` for each skill, in the order of the file, each once.

    BadInput names the line or the place of what cannot be used; a definition takes 50.
    """
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise BadInput(f"The file is larger than {MAX_BYTES // 1024} KiB. Choose the skills that this shows.")
    text = text.removeprefix("\ufeff")
    found = _descriptors(text) if text.lstrip()[:1] in ("{", "[") else _table(text)
    skills = list({(one["name"], one["uri"]): one for one in found}.values())
    if not skills:
        raise BadInput("The file holds no skill. A table needs a column called name, a descriptor a skillName.")
    if len(skills) > words.MAX_ITEMS:
        raise BadInput(f"The file holds {len(skills)} skills; at most {words.MAX_ITEMS} fit one microcredential.")
    return tuple(skills)


def _table(text: str) -> Iterator[dict[str, str]]:
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), dialect=_dialect(text), strict=True))
    except csv.Error as error:
        raise BadInput(f"The file cannot be read as a table: {error}.") from error
    if not rows:
        return
    places = _columns(rows[0])
    for number, row in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in row):
            cells = {name: row[place] if place < len(row) else "" for name, place in places.items()}
            yield _skill(cells, f"Line {number}")


def _dialect(text: str) -> type[csv.Dialect]:
    """Tables of some countries separate by semicolons, and those copied from a sheet by tabs."""
    head = text.split("\n", 1)[0]

    class Found(csv.excel):
        delimiter = max((",", ";", "\t"), key=head.count)

    return Found


def _columns(head: Iterable[str]) -> dict[str, int]:
    called = [cell.strip().lower() for cell in head]
    places = {
        name: next(called.index(one) for one in options if one in called)
        for name, options in _COLUMNS.items()
        if any(one in called for one in options)
    }
    if "name" not in places:
        raise BadInput(f"The first line must name the columns, one of them name; it has {', '.join(called)[:200]}.")
    return places


def _descriptors(text: str) -> Iterator[dict[str, str]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput("The file cannot be read as JSON.") from error
    items = found if isinstance(found, list) else found.get("skills", [found])
    for number, item in enumerate(items if isinstance(items, list) else [items], 1):
        where = f"Skill {number}"
        if not isinstance(item, Mapping):
            raise BadInput(f"{where} is not a skill descriptor.")
        yield _skill(_of_descriptor(item), where)


def _of_descriptor(item: Mapping[str, Any]) -> dict[str, Any]:
    if "skillName" in item:
        return {"name": item["skillName"], "uri": item.get("id") or "", "framework": _RSD}
    return {name: item.get(name) or "" for name in _COLUMNS}


def _skill(cells: Mapping[str, Any], where: str) -> dict[str, str]:
    skill = {name: cells.get(name, "") for name in _COLUMNS}
    for name, value in skill.items():
        if not isinstance(value, str):
            raise BadInput(f"{where}: {name} must be text.")
        skill[name] = " ".join(value.split())
        if words.CONTROL.search(skill[name]):
            raise BadInput(f"{where}: {name} holds a control character.")
    if not skill["name"]:
        raise BadInput(f"{where} has no name.")
    if len(skill["name"]) > _NAME_LENGTH or len(skill["framework"]) > _NAME_LENGTH:
        raise BadInput(f"{where}: name and framework have at most {_NAME_LENGTH} characters.")
    if skill["uri"] and (len(skill["uri"]) > _URI_LENGTH or not words.URI.fullmatch(skill["uri"])):
        raise BadInput(f"{where}: {skill['uri'][:80]} is no address that starts with http:// or https://.")
    return skill
