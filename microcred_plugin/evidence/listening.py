"""Which events matter, known in this process without asking anybody.

An event that concerns no microcredential costs no query: what is listened to is read once in a while
(``MICROCRED_INTEREST_TTL_SECONDS``) and kept. It may be stale for that long, which harms nobody: every publish, and
every change of a course that alters what counts, is followed by a backfill that is later than that.
"""

import time
from typing import Any

from django.db import transaction
from opaque_keys.edx.keys import CourseKey, UsageKey

from microcred_plugin.conf import settings
from microcred_plugin.criteria.keys import master_of
from microcred_plugin.definitions import interest
from microcred_plugin.evidence.models import Backfill
from microcred_plugin.structure import api as structure
from microcred_plugin.structure.leaves import leaf_keys


class _Listening:
    """What one process knows: who listens to what, and per course the keys of leaves that matter."""

    def __init__(self) -> None:
        self.until = 0.0
        self.contexts: frozenset[str] = frozenset()
        self.settled: frozenset[int] = frozenset()
        self.leaves: dict[str, frozenset[str] | None] = {}

    def refresh(self) -> None:
        """Read the contexts anew when the time is up; the leaves follow when a course is next asked for."""
        moment = time.monotonic()
        if moment < self.until:
            return
        with transaction.atomic():  # a failure must not spoil the caller's transaction
            listeners = interest.listeners()
            unfinished = Backfill.objects.filter(finished_at=None)
            unsettled = set(unfinished.values_list("microcredential__current_version_id", flat=True))
        self.contexts = frozenset(context for context, _ in listeners)
        self.settled = frozenset(version_id for _, version_id in listeners) - unsettled
        self.leaves = {}
        self.until = moment + settings.MICROCRED_INTEREST_TTL_SECONDS

    def leaves_of(self, course: str) -> frozenset[str] | None:
        """Return the leaves that matter, or None when all must be taken to matter."""
        known = self.leaves  # another thread may begin a new one meanwhile, which must not get what was read before it
        if course not in known:
            with transaction.atomic():
                known[course] = _leaves_that_matter(course)
        return known[course]


def _leaves_that_matter(course: str) -> frozenset[str] | None:
    blocks = [key.partition(":")[2] for key in interest.keys_in(course) if key.startswith("completion:")]
    outline = structure.stored_many([course]).get(course) if blocks else None
    if outline is None:
        return None if blocks else frozenset()
    items = (outline.items.get(block) for block in blocks)
    return frozenset(key for item in items if item and item.leaves for key in leaf_keys(item.leaves))


_listening = _Listening()
# Keys are compared as text; making the text of a course key takes longer than everything else here together.
_texts: dict[Any, str] = {}


def _text(course: CourseKey) -> str:
    text = _texts.get(course)
    if text is None:
        if len(_texts) > 10_000:
            _texts.clear()
        text = _texts[course] = str(course)
    return text


def concerned_course(course: CourseKey, leaf: UsageKey) -> str | None:
    """Return the course's key as text when the completion of this leaf matters to somebody, else None."""
    _listening.refresh()
    text = _text(course)
    if text not in _listening.contexts:
        return text if _is_of_heard_master(text) else None
    leaves = _listening.leaves_of(text)
    return text if leaves is None or str(leaf) in leaves else None


def is_heard(context: str) -> bool:
    """Say whether anybody listens to a context."""
    _listening.refresh()
    return context in _listening.contexts or _is_of_heard_master(context)


def _is_of_heard_master(context: str) -> bool:
    """Say whether this is a coach's course (CCX) whose master is listened to: the first evaluation there adopts it."""
    return context.startswith("ccx-v1:") and master_of(context) in _listening.contexts


def is_settled(version_id: int) -> bool:
    """Say whether everybody was judged by a version: who has no progress then, and does not wait, has shown nothing."""
    _listening.refresh()
    return version_id in _listening.settled


def forget() -> None:
    """Know nothing, so that the next event reads anew (this process published something, or a test began)."""
    _listening.until = 0.0
