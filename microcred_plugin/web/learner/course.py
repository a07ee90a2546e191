"""What can be earned in a course, and how far the one who looks has come."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from microcred_plugin import api
from microcred_plugin.data import Figures, MicrocredentialState, ProgressData
from microcred_plugin.web.access import caller_id, title_or_404


@require_GET
@login_required
@never_cache
def course_page(request: HttpRequest, course_key: str) -> HttpResponse:
    """Show the microcredentials of a course; to staff with the figures of the run, and as the learner they look as."""
    title = title_or_404(course_key)
    learner_id = api.effective_user_id(request, course_key)
    is_staff = api.is_course_staff(caller_id(request), course_key)
    is_author = is_staff and api.can_author(caller_id(request), course_key)
    figures = api.figures_of(course_key) if is_staff else {}
    shown = [one for one in api.course_progress(learner_id or None, course_key) if _is_shown(one)]
    context = {
        "base": api.base_template(),
        "course_title": title,
        "course_key": course_key,
        "is_staff": is_staff,
        "studio_url": api.studio_course_url(course_key) if is_author else "",
        "cards": [_card(one, number, figures) for number, one in enumerate(shown)],
    }
    return render(request, "microcred_plugin/course.html", context)


def _is_shown(progress: ProgressData) -> bool:
    """Leave out what can no longer be earned by those who have not earned it."""
    return progress.state == MicrocredentialState.PUBLISHED or progress.award is not None


def _card(progress: ProgressData, number: int, figures: Mapping[UUID, Figures]) -> dict[str, Any]:
    held = progress.award is not None and progress.award.held
    svg = api.badge_svg(
        progress.image,
        title=progress.title,
        segments=[milestone.fraction for milestone in progress.milestones],
        lit=held,
        id_prefix=f"badge{number}",
    )
    return {
        "progress": progress,
        "badge": SafeString(svg),
        "held": held,
        "percent": _percent(progress.fraction),
        "milestones": [(one, _percent(one.fraction)) for one in progress.milestones],
        "figures": figures.get(progress.uuid, Figures()),
    }


def _percent(fraction: Decimal) -> int:
    """Round down: a hundred is reached when everything is."""
    return int(fraction * 100)
