"""The way from the instructor dashboard to our page: steps of openedx-filters, configured by ``settings.common``."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from openedx_filters import PipelineStep

from microcred_plugin.surfaces.offering import is_offered_in

_KEY = "microcredentials"


class AddInstructorTab(PipelineStep):
    """A tab of the newer dashboard (org.openedx.learning.instructor.dashboard.tabs.requested.v1), which is a link."""

    def run_filter(self, tabs: list[dict[str, Any]], user: Any, course_key: Any) -> dict[str, Any]:
        """Add our tab behind the others where something can be earned; the address begins with a scheme: a link."""
        from microcred_plugin import api

        if is_offered_in(course_key):
            last = max((int(tab.get("sort_order", 0)) for tab in tabs), default=0)
            url = f"{api.lms_url()}{_page(course_key)}"
            tabs = [*tabs, {"tab_id": _KEY, "title": _("Microcredentials"), "url": url, "sort_order": last + 10}]
        return {"tabs": tabs, "user": user, "course_key": course_key}


class AddInstructorSection(PipelineStep):
    """A section of the legacy dashboard (org.openedx.learning.instructor.dashboard.render.started.v1)."""

    def run_filter(self, context: dict[str, Any], template_name: str) -> dict[str, Any]:
        """Add our section, which holds a link, where something can be earned."""
        course = context.get("course")
        if course is not None and is_offered_in(course.id):
            section = {
                "section_key": _KEY,
                "section_display_name": _("Microcredentials"),
                "course_id": str(course.id),
                "url": _page(course.id),
                "template_path_prefix": "/microcred_plugin/instructor/",
            }
            context.setdefault("sections", []).append(section)
        return {"context": context, "template_name": template_name}


def _page(course_key: Any) -> str:
    return reverse("microcred_plugin:course", args=[str(course_key)])
