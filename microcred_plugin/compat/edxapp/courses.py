"""What course runs there are, and what they are called (openedx/core/djangoapps/content/course_overviews)."""

from collections.abc import Collection, Mapping
from typing import Any

from opaque_keys.edx.keys import CourseKey

from microcred_plugin.compat.edxapp import addresses
from microcred_plugin.compat.edxapp.keys import course_key, course_keys
from microcred_plugin.compat.port import Course


def course(key: str) -> Course | None:
    """Describe a run from its overview, which the platform makes from the modulestore when there is none."""
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

    found = course_key(key)
    if found is None:
        return None
    try:
        overview = CourseOverview.get_from_id(found)
    except (CourseOverview.DoesNotExist, OSError):  # OSError: it is there, but cannot be read
        return None
    # MySQL compares keys without regard to case; a key that differs in it is another course.
    return _described(overview) if str(overview.id) == key else None


def _described(overview: Any) -> Course:
    return Course(
        key=str(overview.id),
        title=overview.display_name_with_default,
        org=overview.org,
        org_name=_organisation(overview.org) or overview.org,
        language=(overview.language or "").replace("_", "-"),
        start=overview.start,
        end=overview.end,
        url=addresses.course(str(overview.id)),
        image_url=addresses.absolute(overview.course_image_url),
    )


def _organisation(short_name: str) -> str:
    """Return the organisation's name; '' where nobody has entered one (edx-organizations)."""
    from organizations.models import Organization

    names = Organization.objects.filter(short_name=short_name, active=True).values_list("name", flat=True)
    return next(iter(names), "")


def published_versions(keys: Collection[str]) -> Mapping[str, str]:
    """Name the version of each run that is published now, in one query (content/learning_sequences).

    Studio writes it in a task after the publish, so it may be some seconds behind. A CCX has its master's.
    """
    from openedx.core.djangoapps.content.learning_sequences.models import LearningContext

    asked = {key: str(_master(found)) for key in keys if (found := course_key(key)) is not None}
    rows = LearningContext.objects.filter(context_key__in=course_keys(set(asked.values())))
    versions = {str(key): version for key, version in rows.values_list("context_key", "published_version")}
    return {key: versions[master] for key, master in asked.items() if master in versions}


def _master(key: CourseKey) -> CourseKey:
    """Return the course a CCX is made of; any other run is its own."""
    master: CourseKey = key.to_course_locator() if hasattr(key, "to_course_locator") else key
    return master
