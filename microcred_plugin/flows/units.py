"""From leaves to the units that learners know: what is left to do is named by unit."""

from collections.abc import Sequence
from functools import lru_cache

from microcred_plugin.structure.outline import Outline

UNIT = "vertical"


def unit_of(outline: Outline, block_key: str) -> str:
    """Return the unit a block is in; the block itself when it is in none."""
    key: str | None = block_key
    while key is not None and (item := outline.items.get(key)) is not None:
        if item.type == UNIT:
            return key
        key = item.parent
    return block_key


def units_of(outline: Outline, block_keys: Sequence[str]) -> tuple[str, ...]:
    """Return the units these blocks are in, each once, in the order of the blocks."""
    units = _units_by_leaf(_Once(outline))
    return tuple(dict.fromkeys(units.get(key, key) for key in block_keys))


class _Once:
    """An outline as the key of a cache: snapshots are told apart by course and number, unsaved ones by identity."""

    __slots__ = ("key", "outline")

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.key = (outline.course_key, outline.num or id(outline))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and self.key == other.key


@lru_cache(maxsize=64)
def _units_by_leaf(once: _Once) -> dict[str, str]:
    return {key: unit_of(once.outline, key) for key in once.outline.items}
