"""What can be earned in a course, and how far the one who looks has come."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from microcred_plugin import api
from microcred_plugin.data import Figures, MicrocredentialState, ProgressData
from microcred_plugin.presenting.card import card
from microcred_plugin.web.access import caller_id, course_or_404
from microcred_plugin.web.failing import told_calmly
from microcred_plugin.web.learner.shelves import invitation, next_step, order, shelves, told


@require_GET
@login_required
@never_cache
@told_calmly(api.base_template)
def course_page(request: HttpRequest, course_key: str) -> HttpResponse:
    """Show the microcredentials of a course; to staff with the figures of the run, and as the learner they look as."""
    course = course_or_404(course_key)
    learner_id = api.effective_user_id(request, course_key)
    is_staff = api.is_course_staff(caller_id(request), course_key)
    is_author = is_staff and api.can_author(caller_id(request), course_key)
    figures = api.figures_of(course_key) if is_staff else {}
    shown = sorted((one for one in api.course_progress(learner_id or None, course_key) if _is_shown(one)), key=order)
    moment = now()
    cards = [_card(one, number, moment, is_staff, figures) for number, one in enumerate(shown, 1)]
    context = {
        "base": api.base_template(),
        "course": course,
        "is_staff": is_staff,
        "studio_url": api.studio_course_url(course_key) if is_author else "",
        "told": told(cards),
        "next": next_step(cards),
        "enrol": invitation(cards),
        "here": [one["uuid"] for one in cards],
        "shelves": shelves(cards),
    }
    return render(request, "microcred_plugin/course.html", context)


def _is_shown(progress: ProgressData) -> bool:
    """Leave out what can no longer be earned by those who have not earned it."""
    return progress.state == MicrocredentialState.PUBLISHED or progress.award is not None


def _card(
    progress: ProgressData, number: int, moment: datetime, is_staff: bool, figures: Mapping[UUID, Figures]
) -> dict[str, Any]:
    """Add to what the block shows, too: figures, and whether its links lead this reader anywhere."""
    return {
        **card(progress, draw=api.badge_svg, uid=f"mp{number}", now=moment),
        "eligible": progress.eligible,
        "can_enrol": not progress.eligible and progress.award is None and not is_staff,
        "linked": progress.eligible or is_staff,
        "figures": figures.get(progress.uuid, Figures()),
    }
