"""How much of a block a learner has completed; what does not depend on the learner is worked out once per outline."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from microcred_plugin.criteria.verdict import Fact
from microcred_plugin.evidence.readers import Completed
from microcred_plugin.flows.units import Once, units_of
from microcred_plugin.structure.leaves import count, is_plain, leaf_keys, restricted_keys
from microcred_plugin.structure.outline import LeafSet, Outline


class Countable:
    """A block of an outline whose leaves can be completed."""

    def __init__(self, outline: Outline, leaves: LeafSet) -> None:
        keys = tuple(leaf_keys(leaves))
        by_unit: dict[str, set[str]] = defaultdict(set)
        for key in keys:
            by_unit[units_of(outline, (key,))[0]].add(key)
        self._outline, self._leaves, self._by_unit = outline, leaves, by_unit
        self._plain = is_plain(leaves)
        self._of = Decimal(len(keys))
        self._nothing = Fact(have=Decimal(0), of=self._of, left=tuple(by_unit), units=len(by_unit))
        self.keys = frozenset(keys)
        self.restricted = frozenset(restricted_keys(leaves))

    def fact(self, completed: Completed, visible: Collection[str], closes: datetime | None) -> Fact:
        """Say what this learner has completed of the block; what came after ``closes`` does not count."""
        done = self.keys & completed.keys()
        if closes is not None:
            done = frozenset(key for key in done if completed.at((key,)) <= closes)
        if not self._plain:
            return self._by_rules(done, completed, visible)
        if not done:
            return self._nothing
        return Fact(
            have=Decimal(len(done)),
            of=self._of,
            left=() if len(done) == len(self.keys) else self._units_left(done),
            units=self._nothing.units,
            at=completed.at(done),
        )

    def _units_left(self, done: Collection[str]) -> tuple[str, ...]:
        return tuple(unit for unit, keys in self._by_unit.items() if not keys.issubset(done))

    def _by_rules(self, done: Collection[str], completed: Completed, visible: Collection[str]) -> Fact:
        counted = count(self._leaves, done, visible)
        return Fact(
            have=Decimal(counted.have),
            of=Decimal(counted.of),
            left=units_of(self._outline, counted.left),
            units=self._nothing.units,
            at=completed.at(done) if done else None,
        )


def countable(outline: Outline, block_key: str) -> Countable | None:
    """Return a block to count; None when it is not in the outline or nothing in it can be completed."""
    known = _countables(Once(outline))
    if block_key not in known:
        item = outline.items.get(block_key)
        known[block_key] = Countable(outline, item.leaves) if item and item.leaves is not None else None
    return known[block_key]


@lru_cache(maxsize=64)
def _countables(once: Once) -> dict[str, Countable | None]:
    return {}
