"""Who is asking, on pages."""

from typing import Any

from django.http import Http404, HttpRequest

from microcred_plugin import api


def caller_id(request: HttpRequest) -> int:
    """Return the id of the user whom ``login_required`` has let through; 0, whom nothing belongs to, for nobody."""
    return int(request.user.pk or 0)


def course_or_404(course_key: str) -> Any:
    """Describe a course as ``api.course_of`` does; one that is not there and one whose key is none are the same 404."""
    course = api.course_of(course_key)
    if course is None:
        raise Http404("There is no such course.")
    return course
