"""Writes an outline as compact JSON and reads it back (pure)."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from microcred_plugin.structure.outline import Leaf, LeafGroup, LeafSet, Outline, OutlineItem

_FORMAT = 1
_GRADED, _STAFF_ONLY, _PER_LEARNER = 1, 2, 4


def to_json(outline: Outline) -> str:
    """Write an outline, without ``num``; equal outlines give equal texts.

    ``{"format", "course", "title", "prefix", "items", "sets"}``: every item's key starts with ``prefix``; wherever else
    a block is named it is named by its place among the items (a block that is none, by its key). ``sets`` holds each
    leaf set once: a leaf as its block, or ``{"r": [block, restricting blocks …]}``; a group as ``[count, sets …]``.
    """
    writer = _Writer(outline)
    document = {
        "format": _FORMAT,
        "course": outline.course_key,
        "title": outline.title,
        "prefix": writer.prefix,
        "items": [writer.item(item) for item in outline.items.values()],
        "sets": writer.sets,
    }
    return json.dumps(document, separators=(",", ":"))


def from_json(text: str, num: int = 0) -> Outline:
    """Read what ``to_json`` wrote, as snapshot ``num``; leaf sets that were the same object are one object again."""
    document = json.loads(text)
    if document["format"] != _FORMAT:
        raise ValueError(f"This is an outline of format {document['format']}; we read {_FORMAT}.")
    keys = [document["prefix"] + written[0] for written in document["items"]]
    sets: list[LeafSet] = []
    for written in document["sets"]:
        sets.append(_read_set(written, keys, sets))
    items = [_read_item(key, written, keys, sets) for key, written in zip(keys, document["items"], strict=True)]
    return Outline(
        course_key=document["course"], title=document["title"], items={item.key: item for item in items}, num=num
    )


def _common_start(keys: Collection[str]) -> str:
    if not keys:
        return ""
    low, high = min(keys), max(keys)  # what these two share, all between them share
    return low[: next((place for place, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))]


class _Writer:
    """Numbers the items and each leaf set."""

    def __init__(self, outline: Outline) -> None:
        self.prefix = _common_start(outline.items)
        self.sets: list[Any] = []
        self._places = {key: place for place, key in enumerate(outline.items)}
        self._numbers: dict[LeafSet, int] = {}

    def item(self, item: OutlineItem) -> list[Any]:
        """Write one item as a list, in the order of ``_read_item``."""
        return [
            item.key[len(self.prefix) :],
            item.type,
            item.title,
            None if item.parent is None else self._place(item.parent),
            None if item.leaves is None else self._number(item.leaves),
            item.size,
            _GRADED * item.graded | _STAFF_ONLY * item.staff_only | _PER_LEARNER * item.per_learner,
            None if item.due is None else item.due.isoformat(),
            *item.types,
        ]

    def _place(self, key: str) -> int | str:
        return self._places.get(key, key)

    def _number(self, leaves: LeafSet) -> int:
        if leaves not in self._numbers:
            written = self._set(leaves)  # first the sets inside
            self._numbers[leaves] = len(self.sets)
            self.sets.append(written)
        return self._numbers[leaves]

    def _set(self, leaves: LeafSet) -> Any:
        if isinstance(leaves, LeafGroup):
            return [leaves.count, *(self._number(child) for child in leaves.of)]
        block = self._place(leaves.key)
        return {"r": [block, *map(self._place, leaves.restricted)]} if leaves.restricted else block


def _read_set(written: Any, keys: Sequence[str], sets: Sequence[LeafSet]) -> LeafSet:
    if isinstance(written, list):
        count, *numbers = written
        return LeafGroup(tuple(sets[number] for number in numbers), count)
    blocks = written["r"] if isinstance(written, dict) else [written]
    key, *restricted = (_key(block, keys) for block in blocks)
    return Leaf(key, tuple(restricted))


def _read_item(key: str, written: Sequence[Any], keys: Sequence[str], sets: Sequence[LeafSet]) -> OutlineItem:
    _, kind, title, parent, leaves, size, flags, due, *types = written
    return OutlineItem(
        key=key,
        type=kind,
        title=title,
        parent=None if parent is None else _key(parent, keys),
        leaves=None if leaves is None else sets[leaves],
        size=size,
        graded=bool(flags & _GRADED),
        staff_only=bool(flags & _STAFF_ONLY),
        per_learner=bool(flags & _PER_LEARNER),
        due=None if due is None else datetime.fromisoformat(due),
        types=tuple(types),
    )


def _key(block: int | str, keys: Sequence[str]) -> str:
    return keys[block] if isinstance(block, int) else block
