"""Counts how much of a leaf set a learner has completed (pure)."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from microcred_plugin.structure.outline import Leaf, LeafGroup, LeafSet


@dataclass(frozen=True, slots=True)
class LeafCount:
    """``have`` of ``of`` leaves are complete; ``left`` names the others, in reading order."""

    have: int
    of: int
    left: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether all is done. Where there is nothing to do, nothing is complete."""
        return 0 < self.of == self.have


def leaf_keys(leaves: LeafSet) -> Iterator[str]:
    """Name every leaf in a set, in reading order, also those that only some learners see."""
    for leaf in walk(leaves):
        yield leaf.key


def restricted_keys(leaves: LeafSet) -> Iterator[str]:
    """Name every block that hides a leaf of the set from some learners; some more than once."""
    for leaf in walk(leaves):
        yield from leaf.restricted


def is_plain(leaves: LeafSet) -> bool:
    """Say whether every leaf is asked of every learner: no choice among children, nothing that only some see."""
    if isinstance(leaves, Leaf):
        return not leaves.restricted
    return leaves.count is None and all(is_plain(child) for child in leaves.of)


def walk(leaves: LeafSet) -> Iterator[Leaf]:
    """Give every leaf in a set, in reading order."""
    if isinstance(leaves, Leaf):
        yield leaves
        return
    for child in leaves.of:
        yield from walk(child)


def count(leaves: LeafSet, completed: Container[str], visible: Container[str] = ()) -> LeafCount:
    """Count the leaves of a set that are ``completed``, of those asked of a learner.

    A restricted leaf is asked only when every block that restricts it is in ``visible``. Where ``n`` of several
    children are asked, those count that make the fraction of the whole set greatest (of equals, those with the fewest
    leaves left, then the first): so the fraction never falls when more is completed, and it is 1 exactly when the
    rule of the set is met. A set of which this learner sees nothing counts 0 of 0.
    """
    tally = _Tally(completed, visible)
    best = tally.best(leaves)
    # Dinkelbach's method: with the price that the last choice reached, a better choice shows as one with a gain.
    while tally.chose and best.have:
        tally.price = (best.have, best.of)
        better = tally.best(leaves)
        if better.have * best.of <= best.have * better.of:
            return better
        best = better
    return best


class _Tally:
    """One pass over a set at a price: a leaf asked for costs ``price``, a fraction; a completed one gains 1."""

    __slots__ = ("chose", "completed", "price", "visible")

    def __init__(self, completed: Container[str], visible: Container[str]) -> None:
        self.completed = completed
        self.visible = visible
        self.price = (0, 1)
        self.chose = False  #: whether there was anything to choose

    def best(self, leaves: LeafSet) -> LeafCount:
        if isinstance(leaves, Leaf):
            return self._leaf(leaves)
        counts = [self.best(child) for child in leaves.of]
        return _sum(counts if leaves.count is None else self._choose(leaves, counts))

    def _leaf(self, leaf: Leaf) -> LeafCount:
        if any(key not in self.visible for key in leaf.restricted):
            return _NOTHING
        if leaf.key in self.completed:
            return _DONE
        return LeafCount(0, 1, (leaf.key,))

    def _choose(self, group: LeafGroup, counts: Sequence[LeafCount]) -> Sequence[LeafCount]:
        seen = [one for one in counts if one.of]
        if group.count is None or len(seen) <= group.count:
            return seen
        self.chose = True
        gain, cost = self.price
        ranked = sorted(range(len(seen)), key=lambda i: (gain * seen[i].of - cost * seen[i].have, len(seen[i].left)))
        return [seen[i] for i in sorted(ranked[: group.count])]


_NOTHING = LeafCount(0, 0)
_DONE = LeafCount(1, 1)


def _sum(counts: Sequence[LeafCount]) -> LeafCount:
    have, of = 0, 0
    left: list[str] = []
    for one in counts:
        have += one.have
        of += one.of
        left += one.left
    return LeafCount(have, of, tuple(left))
