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
    units = _units_by_leaf(Once(outline))
    return tuple(dict.fromkeys(units.get(key, key) for key in block_keys))


class Once:
    """An outline as the key of a cache, told apart by identity: numbers of snapshots come again after a rollback."""

    __slots__ = ("outline",)

    def __init__(self, outline: Outline) -> None:
        self.outline = outline  # held by the cache, so that no other outline gets its identity

    def __hash__(self) -> int:
        return id(self.outline)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Once) and self.outline is other.outline


@lru_cache(maxsize=64)
def _units_by_leaf(once: Once) -> dict[str, str]:
    return {key: unit_of(once.outline, key) for key in once.outline.items}
