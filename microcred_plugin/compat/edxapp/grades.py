"""What was graded and certified (lms/djangoapps/grades/models.py, lms/djangoapps/certificates/models.py).

Rows are read, never grades computed: computing one learner's takes the platform a tenth of a second, and it stores what
it computes before it announces it.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from microcred_plugin.compat.edxapp.keys import course_keys, usage_key
from microcred_plugin.compat.port import Grade

_PLACES = Decimal("0.0001")


def subsection_grades(user_ids: Collection[int], blocks: Collection[str]) -> Mapping[tuple[int, str], Grade]:
    """Give the grades of subsections that were attempted or set by hand, in two queries for all learners and courses.

    A worker of Studio asks this, too, when it has read a course anew. Studio does not install the grades app, so its
    models know nothing there of what refers to them: overrides are asked for themselves.
    """
    from lms.djangoapps.grades.models import PersistentSubsectionGrade, PersistentSubsectionGradeOverride

    asked = [key for block in blocks if (key := usage_key(block)) is not None]
    rows = PersistentSubsectionGrade.objects.filter(
        user_id__in=user_ids, course_id__in={key.course_key for key in asked}, usage_key__in=asked
    )
    overrides = {row.grade_id: row for row in PersistentSubsectionGradeOverride.objects.filter(grade__in=rows)}
    found = ((row.user_id, str(row.full_usage_key), _subsection(row, overrides.get(row.id))) for row in rows)
    return {(user_id, block): grade for user_id, block, grade in found if grade is not None and block in blocks}


def _subsection(row: Any, override: Any) -> Grade | None:
    """Return the grade the platform shows: of what is graded, or of everything where nothing is."""
    if row.first_attempted is None and override is None:
        return None
    kind = "graded" if _value(row, override, "possible_graded") > 0 else "all"
    earned, possible = _value(row, override, f"earned_{kind}"), _value(row, override, f"possible_{kind}")
    changed = row.modified if override is None else max(row.modified, override.modified)
    return Grade(_fraction(earned, possible), changed)


def _value(row: Any, override: Any, name: str) -> Decimal:
    """Return a number as an instructor overrode it, else as it was graded."""
    by_hand = getattr(override, f"{name}_override", None)
    return Decimal(str(getattr(row, name) if by_hand is None else by_hand))


def _fraction(earned: Decimal, possible: Decimal) -> Decimal:
    if possible <= 0:
        return Decimal(0)
    return max(Decimal(0), min(earned / possible, Decimal(1))).quantize(_PLACES, ROUND_DOWN)


def course_grades(user_ids: Collection[int], courses: Collection[str]) -> Mapping[tuple[int, str], Grade]:
    """Give the course grades that exist, in one query; who has no letter is not passing, whatever was once passed."""
    from lms.djangoapps.grades.models import PersistentCourseGrade

    rows = PersistentCourseGrade.objects.filter(user_id__in=user_ids, course_id__in=course_keys(courses))
    columns = rows.values_list("user_id", "course_id", "percent_grade", "letter_grade", "modified")
    return {
        (user_id, str(key)): Grade(_fraction(Decimal(str(percent)), Decimal(1)), modified, passed=bool(letter))
        for user_id, key, percent, letter, modified in columns
        if str(key) in courses
    }


def certificates(user_ids: Collection[int], courses: Collection[str]) -> Mapping[tuple[int, str], datetime]:
    """Say when each certificate that the learner can have now was made, in one query."""
    from lms.djangoapps.certificates.data import CertificateStatuses
    from lms.djangoapps.certificates.models import GeneratedCertificate

    rows = GeneratedCertificate.objects.filter(
        user_id__in=user_ids, course_id__in=course_keys(courses), status=CertificateStatuses.downloadable
    )
    columns = rows.values_list("user_id", "course_id", "created_date")
    return {(user_id, str(key)): created for user_id, key, created in columns if str(key) in courses}
