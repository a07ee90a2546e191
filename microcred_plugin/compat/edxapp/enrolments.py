"""Who is enrolled (common/djangoapps/student/models/course_enrollment.py)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from microcred_plugin.compat.edxapp.keys import course_key, course_keys


def _active() -> Any:
    from common.djangoapps.student.models import CourseEnrollment

    return CourseEnrollment.objects.filter(is_active=True)


def learners(course: str, *, after: int = 0, limit: int = 1000) -> Sequence[int]:
    """Name up to ``limit`` enrolled users above ``after``, by id."""
    key = course_key(course)
    if key is None:
        return []
    rows = _active().filter(course_id=key, user_id__gt=after).order_by("user_id")
    return list(rows.values_list("user_id", flat=True)[:limit])


def count_learners(course: str) -> int:
    """Count the enrolled users."""
    key = course_key(course)
    return 0 if key is None else int(_active().filter(course_id=key).count())


def enrolments(user_ids: Collection[int], courses: Collection[str]) -> Mapping[tuple[int, str], str]:
    """Give the mode of each active enrolment, in one query."""
    rows = _active().filter(user_id__in=user_ids, course_id__in=course_keys(courses))
    found = ((user_id, str(key), mode) for user_id, key, mode in rows.values_list("user_id", "course_id", "mode"))
    return {(user_id, key): mode for user_id, key, mode in found if key in courses}
