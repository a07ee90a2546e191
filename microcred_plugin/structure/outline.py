"""The flattened outline of one course run (pure): ``flatten.py`` makes it, ``leaves.py`` counts with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Leaf:
    """A completable block; ``restricted`` names blocks (itself or above it) that only some learners see."""

    key: str
    restricted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeafGroup:
    """``count`` of the children must be complete; ``count=None`` means all of them, leaf by leaf.

    unit, subsection, section: all. split_test: 1. library_content, itembank: ``max_count`` (at most all).
    """

    of: tuple["LeafSet", ...]
    count: int | None = None


LeafSet = Leaf | LeafGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineItem:
    """One block of the outline that a definition may refer to."""

    key: str
    type: str
    title: str
    parent: str | None
    leaves: LeafGroup | Leaf | None  #: None: nothing in it can be completed
    size: int  #: how many leaves are required of a learner who sees everything
    graded: bool = False
    due: datetime | None = None
    staff_only: bool = False
    per_learner: bool = False  #: something in it is seen only by some learners
    types: tuple[str, ...] = ()  #: the types of the leaves in it, sorted, each once


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """All blocks of a run in reading order, by key. ``num`` counts the snapshots of the run, 0 for an unsaved one."""

    course_key: str
    title: str
    items: Mapping[str, OutlineItem]
    num: int = 0
