"""A page that cannot be made says so in its reader's words; why is in the log."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from microcred_plugin.logs import Log

log = Log(__name__)

Page = Callable[..., HttpResponse]

#: For Studio, and wherever the site has no template of its own.
OWN_TEMPLATE = "microcred_plugin/base.html"


def told_calmly(base: Callable[[], str] = lambda: OWN_TEMPLATE) -> Callable[[Page], Page]:
    """Answer 503 with a page that says nothing is lost, where a view would have failed.

    ``base`` names the template around it. The savepoint keeps the request's transaction usable for that template.
    """

    def wrapping(view: Page) -> Page:
        @wraps(view)
        def shown(request: HttpRequest, course_key: str, **more: Any) -> HttpResponse:
            try:
                with transaction.atomic():
                    return view(request, course_key, **more)
            except (Http404, PermissionDenied):
                raise
            except Exception as error:
                log.failure("page-not-shown", error, context=course_key, then="the reader is asked to try again")
                return render(request, "microcred_plugin/unavailable.html", {"base": base()}, status=503)

        return shown

    return wrapping
