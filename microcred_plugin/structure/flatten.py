"""Makes the outline of a course from its tree of blocks, by the leaf rules (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass

from microcred_plugin.compat.port import CompletionMode, CourseBlock
from microcred_plugin.structure import leaves as counting
from microcred_plugin.structure.codec import from_json, to_json
from microcred_plugin.structure.outline import Leaf, LeafGroup, LeafSet, Outline, OutlineItem

__all__ = ["flatten", "from_json", "to_json"]

#: Blocks that are complete when what is in them is, whatever a platform says of their mode.
_CONTAINERS = frozenset({"course", "chapter", "sequential", "vertical", "section", "subsection", "unit"})
#: Blocks that show a learner ``max_count`` of their children, chosen at random.
_BANKS = frozenset({"library_content", "itembank"})
_SPLIT = "split_test"


@dataclass(frozen=True, slots=True)
class _Above:
    """What the blocks above hand down to a block."""

    parent: str | None = None
    restricted: tuple[str, ...] = ()
    staff_only: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class _Flat:
    """A block and all below it, flattened: the items in reading order, and the leaf set of the block."""

    items: tuple[OutlineItem, ...]
    leaves: LeafSet | None
    types: frozenset[str]
    staff_only: bool


def flatten(root: CourseBlock, course_key: str = "") -> Outline:
    """Flatten a published course.

    ``course_key`` is read from the root's key (``block-v1:…+type@course+block@…``) when it is not given.

    Leaves are the blocks for which completion is stored: not excluded, staff-only or optional ones, nor anything below
    such a block. A block of a type nobody knows is a leaf. Containers are all that is in them; ``split_test`` is any
    one of its groups; ``library_content`` and ``itembank`` are as many children as every learner is sure to be given.
    """
    items = _flatten(root, _Above()).items
    return Outline(
        course_key=course_key or _course_key(root.key),
        title=root.title,
        items={item.key: item for item in items},
    )


def _course_key(usage_key: str) -> str:
    """``block-v1:O+C+R+type@course+block@course`` → ``course-v1:O+C+R``."""
    return "course-v1:" + usage_key.removeprefix("block-v1:").partition("+type@")[0]


def _flatten(block: CourseBlock, above: _Above) -> _Flat:
    here = _Above(
        parent=block.key,
        restricted=(*above.restricted, block.key) if block.restricted else above.restricted,
        staff_only=above.staff_only or block.staff_only,
        optional=above.optional or block.optional or block.completion_mode == CompletionMode.EXCLUDED,
    )
    below = [_flatten(child, here) for child in block.children]
    leaves = None if here.staff_only or here.optional else _leaf_set(block, here, below)
    types = _leaf_types(block, leaves, below)
    item = _item(block, above.parent, here, leaves, types)
    return _Flat((item, *(one for flat in below for one in flat.items)), leaves, types, here.staff_only)


def _leaf_set(block: CourseBlock, here: _Above, below: list[_Flat]) -> LeafSet | None:
    if block.type in _BANKS:
        asked = 1 if block.max_count is None else block.max_count
        return _some(below, len(below) if asked < 0 else asked)
    if block.type == _SPLIT:
        return _some(below, 1)
    if block.type in _CONTAINERS or block.completion_mode == CompletionMode.AGGREGATOR:
        return _all(below)
    return Leaf(block.key, here.restricted)


def _all(below: list[_Flat]) -> LeafGroup | None:
    sets = tuple(flat.leaves for flat in below if flat.leaves is not None)
    return LeafGroup(sets) if sets else None


def _some(below: list[_Flat], asked: int) -> LeafGroup | None:
    """At least as many children as a learner is sure to have work in.

    A learner may be given children without anything to complete (the empty control group of an experiment, a
    discussion in a bank). Were these not taken off, that learner could never finish.
    """
    shown = [flat for flat in below if not flat.staff_only]
    sets = tuple(flat.leaves for flat in shown if flat.leaves is not None)
    sure = min(asked, len(shown)) - (len(shown) - len(sets))
    return LeafGroup(sets, sure) if sure > 0 else None


def _leaf_types(block: CourseBlock, leaves: LeafSet | None, below: list[_Flat]) -> frozenset[str]:
    if leaves is None:
        return frozenset()
    if isinstance(leaves, Leaf):
        return frozenset({block.type})
    return frozenset().union(*(flat.types for flat in below))


def _item(
    block: CourseBlock, parent: str | None, here: _Above, leaves: LeafSet | None, types: frozenset[str]
) -> OutlineItem:
    restrictions = set(_restrictions(leaves))
    return OutlineItem(
        key=block.key,
        type=block.type,
        title=block.title,
        parent=parent,
        leaves=leaves,
        size=counting.count(leaves, (), restrictions).of if leaves is not None else 0,
        graded=block.graded,
        due=block.due,
        staff_only=here.staff_only,
        per_learner=bool(restrictions),
        types=tuple(sorted(types)),
    )


def _restrictions(leaves: LeafSet | None) -> Iterator[str]:
    if leaves is not None:
        for leaf in counting.walk(leaves):
            yield from leaf.restricted
