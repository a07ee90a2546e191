"""The course tab as the platform wants it (lms/djangoapps/courseware/tabs.py, xmodule/tabs.py)."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop


def enrolled_tab(is_offered_in: Callable[[object], bool]) -> type[Any]:
    """Make the tab's class: for the enrolled and for staff, in every course in which something is offered.

    Dynamic, because a stored tab would not be in courses that exist already.
    """
    from lms.djangoapps.courseware.tabs import EnrolledTab

    class MicrocredentialsTab(EnrolledTab):  # type: ignore[misc]
        """Leads to the course's page of ours in the LMS."""

        type = "microcredentials"
        title = gettext_noop("Microcredentials")
        priority = 45
        view_name = "microcred_plugin:course"
        is_dynamic = True

        @classmethod
        def is_enabled(cls, course: Any, user: Any = None) -> bool:
            """Say whether this user sees the tab; asked on every request of the course's metadata."""
            return bool(super().is_enabled(course, user)) and is_offered_in(course.id)

    return MicrocredentialsTab
