"""The pages on which a course team makes its course's microcredentials, and looks at them as learners will."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from microcred_plugin import api, authoring
from microcred_plugin.data import ProgressData
from microcred_plugin.errors import InvalidDefinition, NotFound
from microcred_plugin.presenting.card import card
from microcred_plugin.presenting.preview import STATES, imagine
from microcred_plugin.web.access import caller_id, course_or_404
from microcred_plugin.web.failing import told_calmly
from microcred_plugin.web.studio import assets

#: Scripts, styles and pictures of this site alone, and none within the page.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


@require_GET
@login_required
@never_cache
@told_calmly()
def course_page(request: HttpRequest, course_key: str) -> HttpResponse:
    """Open the editor of a course's microcredentials; 404 to who may not write the course."""
    course = course_or_404(course_key)
    if not api.can_author(caller_id(request), course_key):
        raise Http404("There is no such course.")
    context: dict[str, Any] = {
        "course_title": course.title,
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


@require_GET
@login_required
@never_cache
@told_calmly()
def preview_page(request: HttpRequest, course_key: str, uuid: UUID) -> HttpResponse:
    """Show a draft as learners would see it: before they begin, half way, and when they have earned it."""
    course = course_or_404(course_key)
    if not api.can_author(caller_id(request), course_key):
        raise Http404("There is no such course.")
    context: dict[str, Any] = {"course": course, "states": [], "problems": ()}
    try:
        progress = authoring.preview(course_key, uuid)
    except InvalidDefinition as error:
        context["problems"] = error.problems
    except NotFound as error:
        raise Http404("There is no such microcredential.") from error
    else:
        names = {"before": _("Before they begin"), "half": _("Half way"), "earned": _("Earned")}
        context["states"] = [
            (names[state], _imagined(progress, state, number)) for number, state in enumerate(STATES, 1)
        ]
    return render(request, "microcred_plugin/studio_preview.html", context)


def _imagined(progress: ProgressData, state: str, number: int) -> dict[str, Any]:
    moment = now()
    shown = card(imagine(progress, state, moment), draw=api.badge_svg, uid=f"mp{number}", now=moment)
    return {**shown, "eligible": True, "linked": False, "open": True}
