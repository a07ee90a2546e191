"""The link "Microcredentials" among the tools of a course's home (entry point ``openedx.course_tool``)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from microcred_plugin.surfaces.offering import is_offered_in


class MicrocredentialsTool:
    """Answers openedx/features/course_experience/course_tools.py, CourseTool, which need not be derived from."""

    http_method = "GET"

    @classmethod
    def analytics_id(cls) -> str:
        """Return the name of the tool in analytics events."""
        return "microcredentials.tool"

    @classmethod
    def title(cls, course_key: Any = None) -> str:
        """Return the link's text; the platform asks without a course when it sorts, whatever its base class says."""
        return _("Microcredentials")

    @classmethod
    def icon_classes(cls, course_key: Any = None) -> str:
        """Return the icon of the legacy course home."""
        return "fa fa-certificate"

    @classmethod
    def is_enabled(cls, request: Any, course_key: Any) -> bool:
        """Say whether the link is shown: to those who are logged in, where something can be earned."""
        user = getattr(request, "user", None)
        return bool(user and user.is_authenticated) and is_offered_in(course_key)

    @classmethod
    def url(cls, course_key: Any) -> str:
        """Return the address of the course's page."""
        return reverse("microcred_plugin:course", args=[str(course_key)])

    @classmethod
    def data(cls) -> None:
        """Return what a form would send; a link sends nothing."""
