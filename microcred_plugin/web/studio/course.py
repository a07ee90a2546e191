"""The page on which a course team makes its course's microcredentials."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from microcred_plugin import api, authoring
from microcred_plugin.web.access import caller_id, title_or_404
from microcred_plugin.web.studio import assets

#: Scripts, styles and pictures of this site alone, and none within the page.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


@require_GET
@login_required
@never_cache
def course_page(request: HttpRequest, course_key: str) -> HttpResponse:
    """Open the editor of a course's microcredentials; 404 to who may not write the course."""
    title = title_or_404(course_key)
    if not api.can_author(caller_id(request), course_key):
        raise Http404("There is no such course.")
    context: dict[str, Any] = {
        "course_title": title,
        "course_url": api.studio_course_url(course_key),
        "api": reverse("microcred_plugin_studio:api-v1-studio-course", args=[course_key]),
        "shapes": " ".join(authoring.SHAPES),
        "icons": " ".join(authoring.ICONS),
        "app": _asset("app.js"),
        "styles": _asset("studio.css"),
    }
    response = render(request, "microcred_plugin/studio_course.html", context)
    response["Content-Security-Policy"] = _POLICY
    return response


def _asset(name: str) -> str:
    return reverse("microcred_plugin_studio:asset", args=[assets.version(), name])
