"""Keys as the platform wants them, from keys as text."""

from collections.abc import Iterable

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey


def course_key(text: str) -> CourseKey | None:
    """Return the key of a course run; None for what is none (also a library, or anything else)."""
    try:
        found = CourseKey.from_string(text)
    except InvalidKeyError:
        return None
    return found if found.is_course and found.run else None


def course_keys(texts: Iterable[str]) -> list[CourseKey]:
    """Return the keys of those texts that are course runs."""
    return [key for text in texts if (key := course_key(text)) is not None]


def usage_key(text: str) -> UsageKey | None:
    """Return the key of a block; None for what is none."""
    try:
        return UsageKey.from_string(text)
    except InvalidKeyError:
        return None


def plain(key: UsageKey, course: CourseKey) -> str:
    """Write a block's key as completions and events have it: in the course run, without branch and version."""
    return str(key.map_into_course(course))
