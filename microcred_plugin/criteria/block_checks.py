"""The linter's look at one block: is it there, can learners complete it, can they be graded in it."""

import difflib
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey

from microcred_plugin.criteria.document import Completion, SubsectionGrade
from microcred_plugin.criteria.numbers import time_text
from microcred_plugin.data import Finding, Severity

SUBSECTION = "sequential"
#: Names are typed and mistyped; the ids that Studio makes are random, and copied.
_CLOSE = 0.8
_RANDOM = re.compile("[0-9a-f]{32}")
#: Comparing is slow, and a hundred blocks may be unknown at once.
_MANY = 500


class BlockFacts(Protocol):
    """What the linter must know of a block; ``structure.outline.OutlineItem`` is one."""

    @property
    def key(self) -> str:
        """The full key."""

    @property
    def type(self) -> str:
        """The block type, as in ``vertical``."""

    @property
    def title(self) -> str:
        """The name that authors and learners see."""

    @property
    def size(self) -> int:
        """How many leaves are required of a learner who sees everything."""

    @property
    def graded(self) -> bool:
        """Whether it counts for the course's grade."""

    @property
    def due(self) -> datetime | None:
        """When it is due."""

    @property
    def staff_only(self) -> bool:
        """Whether learners never see it."""

    @property
    def per_learner(self) -> bool:
        """Whether something in it is seen by some learners only."""

    @property
    def types(self) -> Collection[str]:
        """The types of the leaves in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Courses:
    """What the linter can ask about courses."""

    lookup: Callable[[str], BlockFacts | None]
    exists: Callable[[str], bool]
    candidates: Callable[[str], Collection[str]]
    silent: frozenset[str]
    now: datetime


def block_findings(condition: Completion | SubsectionGrade, path: str, courses: Courses) -> Iterator[Finding]:
    """Yield what the linter says about the block of one condition, whose path in the document is ``path``."""
    block = courses.lookup(condition.block)
    if block is None:
        yield _unknown(condition.block, path, courses)
        return
    name = f'"{block.title}" ({block.type})'
    if block.staff_only:
        message = f"{name} is seen by staff only, so no learner can meet this. Publish it to learners."
        yield Finding(Severity.WARNING, "staff-only", path, message)
    if isinstance(condition, SubsectionGrade):
        yield from _graded(block, name, path)
        return
    yield from _completable(block, name, path, courses.silent)
    if block.due is not None and block.due <= courses.now:
        message = (
            f"{name} was due at {time_text(block.due)}. Learners can perhaps no longer do what is in it, and this "
            "stays closed to all who have not. Move the date or choose another block."
        )
        yield Finding(Severity.WARNING, "past-due", path, message)


def _graded(block: BlockFacts, name: str, path: str) -> Iterator[Finding]:
    if block.type != SUBSECTION:
        message = f"{name} has no grade of its own; only subsections (sequential) have. Name the subsection it is in."
        yield Finding(Severity.ERROR, "not-a-subsection", path, message)
    elif not block.graded:
        message = (
            f"{name} is not graded, so learners may never get a grade in it. Make it graded or ask for completion."
        )
        yield Finding(Severity.WARNING, "subsection-not-graded", path, message)


def _completable(block: BlockFacts, name: str, path: str, silent: frozenset[str]) -> Iterator[Finding]:
    if block.size < 1:
        if not block.staff_only:  # a block that no learner sees has no leaves either; one finding is enough
            message = f"{name} holds nothing that can be completed, so nobody can meet this. Choose another block."
            yield Finding(Severity.ERROR, "no-leaves", path, message)
        return
    if block.per_learner:
        message = (
            f"Some of {name} is seen by some learners only: what is asked of them differs. Check that it is meant."
        )
        yield Finding(Severity.WARNING, "per-learner-content", path, message)
    found = sorted(silent.intersection(block.types))
    if found:
        message = (
            f"{name} holds blocks that do not report completion ({', '.join(found)}), so learners may never complete "
            "it. Lower the percent, ask for a grade, or leave the block out."
        )
        yield Finding(Severity.WARNING, "silent-blocks", path, message)


def _unknown(key: str, path: str, courses: Courses) -> Finding:
    try:
        usage = UsageKey.from_string(key)
        course = str(usage.context_key)
    except InvalidKeyError:
        return Finding(Severity.ERROR, "unknown-block", path, f"{key} names no block. Write its full key.")
    if not courses.exists(course):
        message = f"There is no course {course} here, in which this block would be. Check the key."
        return Finding(Severity.ERROR, "unknown-course", path, message)
    near = _near(key, usage.block_id, courses.candidates(course))
    hint = f" Did you mean {' or '.join(near)}?" if near else " It may have been deleted or not been published."
    message = f"The course has no block {_short(key)}.{hint} Choose another block."
    return Finding(Severity.ERROR, "unknown-block", path, message)


def _near(key: str, block_id: str, candidates: Collection[str]) -> list[str]:
    """Return the short names of up to three blocks that were perhaps meant: the same id, else a similar one."""
    names = [_short(candidate) for candidate in candidates]
    same = [name for name in names if name.endswith(f"@{block_id}")]
    if same or _RANDOM.fullmatch(block_id):
        return same[:3]
    kind = _short(key).partition("@")[0] + "@"
    ids = [name.removeprefix(kind) for name in names if name.startswith(kind)]
    return [kind + found for found in difflib.get_close_matches(block_id, ids[:_MANY], n=3, cutoff=_CLOSE)]


def _short(key: str) -> str:
    """Return ``type@id``, as documents name a block."""
    return key.rpartition("+type@")[2].replace("+block@", "@")
