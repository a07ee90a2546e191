"""Who may do what (common/djangoapps/student/auth.py, lms/djangoapps/courseware/access.py)."""

from typing import Any

from opaque_keys.edx.keys import CourseKey

from microcred_plugin.compat.edxapp.keys import course_key


def _user(user_id: int) -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.filter(pk=user_id, is_active=True).first()


def is_course_staff(user_id: int, course: str) -> bool:
    """Say whether the user is staff or instructor of the run, of its organisation, or global staff."""
    from lms.djangoapps.courseware.access import has_access

    user, key = _user(user_id), course_key(course)
    return user is not None and key is not None and bool(has_access(user, "staff", key))


def can_author(user_id: int, course: str) -> bool:
    """Say whether the user may write the course in Studio; nobody writes a CCX there.

    Answered as Studio would, also when the LMS asks: limited staff may not.
    """
    user, key = _user(user_id), course_key(course)
    return user is not None and key is not None and _may_write(user, key)


def _may_write(user: Any, key: CourseKey) -> bool:
    if _is_new_authorisation_on(key):
        from openedx.core.djangoapps.authz.decorators import user_has_course_permission
        from openedx_authz.constants.permissions import COURSES_EDIT_COURSE_CONTENT

        return bool(user_has_course_permission(user, COURSES_EDIT_COURSE_CONTENT.identifier, key))
    from common.djangoapps.student.auth import has_studio_write_access

    return bool(has_studio_write_access(user, key, service_variant="cms"))


def _is_new_authorisation_on(key: CourseKey) -> bool:
    """Say whether a course is governed by openedx-authz (openedx/core/toggles.py, from Verawood on; off by default)."""
    try:
        from openedx.core.toggles import enable_authz_course_authoring
    except ImportError:
        return False
    return bool(enable_authz_course_authoring(key))


def effective_user_id(request: Any, course: str) -> int:
    """Return whose progress a page shows: the learner whom staff masquerade as (courseware/masquerade.py), or oneself.

    0, whom nothing belongs to, for staff who look as a kind of learner and not as a person.
    """
    from lms.djangoapps.courseware import masquerade

    key, user = course_key(course), request.user
    if key is None or not is_course_staff(user.pk, course):
        return int(user.pk or 0)
    found, effective = masquerade.setup_masquerade(request, key, staff_access=True)
    return 0 if found is not None and found.role == "student" and not found.user_name else int(effective.pk)
