"""The current outline of a course run, and what changed in it; other parts use this alone."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from threading import Lock

from django.db import IntegrityError, transaction
from django.db.models import Q

from microcred_plugin import compat, dispatch
from microcred_plugin.conf import settings
from microcred_plugin.errors import Conflict, NotFound
from microcred_plugin.structure.codec import from_json, to_json
from microcred_plugin.structure.flatten import flatten
from microcred_plugin.structure.models import CourseStructure
from microcred_plugin.structure.outline import Outline

_KEPT_SNAPSHOTS = 3
_KEPT_IN_MEMORY = 64
_TRIES = 5

__all__ = [
    "Refreshed",
    "current",
    "current_many",
    "forget",
    "outdated",
    "recent_many",
    "refresh",
    "stored_many",
    "up_to_date",
]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The outline now, and the keys of the blocks whose leaf set differs from the snapshot before.

    ``changed`` names blocks that came, went or count otherwise; all of them when there was no snapshot before, none
    when the course is as it was.
    """

    outline: Outline
    changed: frozenset[str]


def current(course_key: str) -> Outline | None:
    """Return the latest outline of a run, made now when there is none yet; None when there is no such course."""
    return current_many([course_key]).get(course_key)


def current_many(course_keys: Iterable[str]) -> dict[str, Outline]:
    """Return the latest outline of each run, without those that do not exist.

    One query when this process has read the outlines before, one more to read those it has not.
    """
    wanted = dict.fromkeys(course_keys)
    found = stored_many(wanted)
    for key in wanted:
        if key not in found and (made := _made(key)) is not None:
            found[key] = made
    return {key: found[key] for key in wanted if key in found}


def stored_many(course_keys: Iterable[str]) -> dict[str, Outline]:
    """Return the latest stored outline of each run; asks the platform nothing, so that a receiver may call it."""
    return _load(_latest(set(course_keys)))


def recent_many(course_keys: Iterable[str]) -> dict[str, Outline]:
    """Return outlines as ``current_many``, up to ``MICROCRED_INTEREST_TTL_SECONDS`` old, with no query for those.

    A change of a course that matters is followed by a backfill later than that, so an old one harms nobody for long.
    One that is not of the version published now is answered as it is, and read anew by a worker.
    """
    wanted = dict.fromkeys(course_keys)
    moment = time.monotonic()
    found = {key: seen[1] for key in wanted if (seen := _recent.get(key)) and seen[0] > moment}
    missing = [key for key in wanted if key not in found]
    if missing:
        made = current_many(missing)
        until = moment + settings.MICROCRED_INTEREST_TTL_SECONDS
        _recent.update({key: (until, outline) for key, outline in made.items()})
        found |= made
        for key in outdated(made):  # a publish that was not heard: what is known serves until a worker has read it anew
            dispatch.after_commit("refresh_structure", key)
    return {key: found[key] for key in wanted if key in found}


def forget() -> None:
    """Forget how recent outlines are (this process refreshed one, or a test began)."""
    _recent.clear()


def outdated(course_keys: Iterable[str]) -> list[str]:
    """Name those of these runs whose stored outline is not of the published version, in two queries.

    How a publish is noticed whose event or task was lost. A run without a stored outline is read when it is asked for.
    """
    stamps = _latest(set(course_keys))
    published = compat.platform().published_versions(list(stamps)) if stamps else {}
    return sorted(key for key, version in published.items() if stamps[key].version != version)


def up_to_date(course_key: str) -> Outline | None:
    """Return the stored outline of a run if it is of the version published now, else None; two queries."""
    stamps = _latest({course_key})
    published = compat.platform().published_versions([course_key]).get(course_key)
    if published is None or course_key not in stamps or stamps[course_key].version != published:
        return None
    return _load(stamps).get(course_key)


def refresh(course_key: str) -> Refreshed:
    """Read the published course and store a snapshot if its outline differs from the last; NotFound without a course.

    Safe to call at any time, from any number of processes at once.
    """
    # Asked first: were the course published again in between, the next look would find another version and read again.
    version = compat.platform().published_versions([course_key]).get(course_key, "")
    root = compat.platform().published_outline(course_key)
    if root is None:
        raise NotFound(f"There is no course {course_key}. Check the key, and that the course has been published.")
    new = flatten(root, course_key)
    text = to_json(new)
    digest = _digest(text)
    for _ in range(_TRIES):
        latest = _latest({course_key})
        before = _load(latest).get(course_key)
        if before is not None and latest[course_key].digest == digest:
            _seen(latest[course_key], version)
            return Refreshed(before, frozenset())
        stored = _store(_Stamp(course_key, (before.num if before else 0) + 1, digest, version), text)
        if stored is not None:
            transaction.on_commit(forget)
            return Refreshed(stored, _changed(before, stored))
    raise Conflict(f"The outline of {course_key} is being written by others; try again in a moment.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _made(course_key: str) -> Outline | None:
    try:
        return refresh(course_key).outline
    except NotFound:
        return None


def _changed(before: Outline | None, now: Outline) -> frozenset[str]:
    was = before.items if before else {}
    return frozenset(
        key
        for key in {*was, *now.items}
        if key not in was or key not in now.items or was[key].leaves != now.items[key].leaves
    )


@dataclass(frozen=True, slots=True)
class _Stamp:
    """Which snapshot: the digest is part of it, so that a restored database cannot meet an old memory."""

    course_key: str
    num: int
    digest: str
    version: str = field(default="", compare=False)


def _latest(keys: Collection[str]) -> dict[str, _Stamp]:
    """Name the latest snapshot of each run, in one query that reads no payload."""
    if not keys:
        return {}
    rows = CourseStructure.objects.filter(course_key__in=keys).values_list("course_key", "num", "digest", "version")
    latest: dict[str, _Stamp] = {}
    for key, num, digest, version in rows:
        # MySQL compares keys without regard to case; a key that differs in it is another course.
        if key in keys and (key not in latest or latest[key].num < num):
            latest[key] = _Stamp(key, num, digest, version)
    return latest


def _load(stamps: Mapping[str, _Stamp]) -> dict[str, Outline]:
    """Give the outlines of snapshots, from memory where they are there, else in one query."""
    found = {key: outline for key, stamp in stamps.items() if (outline := _memory.get(stamp)) is not None}
    missing = [stamp for key, stamp in stamps.items() if key not in found]
    if not missing:
        return found
    query = Q()
    for stamp in missing:
        query |= Q(course_key=stamp.course_key, num=stamp.num)
    for row in CourseStructure.objects.filter(query):
        stamp = _Stamp(row.course_key, row.num, row.digest)
        if stamp in missing:
            found[stamp.course_key] = _memory.put(stamp, from_json(row.outline, row.num))
    return found


def _store(stamp: _Stamp, text: str) -> Outline | None:
    """Store a snapshot and drop the old ones; None when somebody else has stored this number first."""
    rows = CourseStructure.objects.filter(course_key=stamp.course_key)
    try:
        with transaction.atomic():
            CourseStructure.objects.create(**asdict(stamp), outline=text)
            rows.filter(num__lte=stamp.num - _KEPT_SNAPSHOTS).delete()
    except IntegrityError:
        return None
    # Not kept in memory yet: the transaction around us may still be rolled back.
    return from_json(text, stamp.num)


def _seen(stamp: _Stamp, version: str) -> None:
    """Note that the course was published again without a change of its outline."""
    if stamp.version != version:
        CourseStructure.objects.filter(course_key=stamp.course_key, num=stamp.num).update(version=version)


class _Memory:
    """The outlines this process read last, at most ``size``; threads share them, outlines never change."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = Lock()
        self._outlines: OrderedDict[_Stamp, Outline] = OrderedDict()

    def get(self, stamp: _Stamp) -> Outline | None:
        with self._lock:
            if stamp not in self._outlines:
                return None
            self._outlines.move_to_end(stamp)
            return self._outlines[stamp]

    def put(self, stamp: _Stamp, outline: Outline) -> Outline:
        with self._lock:
            self._outlines[stamp] = outline
            self._outlines.move_to_end(stamp)
            while len(self._outlines) > self._size:
                self._outlines.popitem(last=False)
        return outline


_memory = _Memory(_KEPT_IN_MEMORY)
_recent: dict[str, tuple[float, Outline]] = {}
