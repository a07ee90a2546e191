"""What a course team sees of its course's microcredentials in Studio."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from microcred_plugin import api
from microcred_plugin.data import Figures
from microcred_plugin.web.access import caller_id, course_or_404
from microcred_plugin.web.failing import told_calmly


@require_GET
@login_required
@never_cache
@told_calmly()
def course_page(request: HttpRequest, course_key: str) -> HttpResponse:
    """List what is offered in a course, with state, version and figures; 404 to who may not write the course."""
    course = course_or_404(course_key)
    if not api.can_author(caller_id(request), course_key):
        raise Http404("There is no such course.")
    figures = api.figures_of(course_key)
    context = {
        "course": course,
        "course_url": api.studio_course_url(course_key),
        "rows": [(one, figures.get(one.uuid, Figures())) for one in api.list_microcredentials(course_key)],
    }
    return render(request, "microcred_plugin/studio_course.html", context)
