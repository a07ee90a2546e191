"""What every view has in common: who may call, how often, what an error looks like, and that nobody caches answers."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.utils.module_loading import import_string
from edx_rest_framework_extensions.auth.jwt.authentication import JwtAuthentication
from edx_rest_framework_extensions.auth.session.authentication import SessionAuthenticationAllowInactiveUser
from edx_rest_framework_extensions.permissions import NotJwtRestrictedApplication
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle, UserRateThrottle
from rest_framework.views import APIView

from microcred_plugin.conf import settings
from microcred_plugin.web.rest_api.v1.errors import ErrorHandler, handler


class Throttle(UserRateThrottle):
    """So many requests for each user; the platform's own limits are counted apart from these."""

    scope = "microcredentials"

    def get_rate(self) -> str | None:
        """Return the operator's rate; None: no limit."""
        return settings.MICROCRED_API_THROTTLE_RATE or None


class ApiView(APIView):
    """A view of ours. It states everything itself, so that no default of the platform widens or narrows it."""

    # For what looks at the class, as the platform's middleware does; get_authenticators has the last word.
    authentication_classes: Sequence[type[BaseAuthentication]] = (
        JwtAuthentication,
        SessionAuthenticationAllowInactiveUser,
    )
    permission_classes: Sequence[type[BasePermission]] = (IsAuthenticated, NotJwtRestrictedApplication)
    throttle_classes: Sequence[type[BaseThrottle]] = (Throttle,)
    renderer_classes: Sequence[type[Any]] = (JSONRenderer,)
    http_method_names: Sequence[str] = ("get", "head", "options")

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Make the operator's ways to authenticate."""
        return [_authentication(path)() for path in settings.MICROCRED_API_AUTHENTICATION]

    def get_exception_handler(self) -> ErrorHandler:
        """Let the platform see the error first, then give it our shape."""
        return handler(super().get_exception_handler())

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Keep what concerns one person out of every cache."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = "private, no-store"
        return final


def _authentication(path: str) -> type[BaseAuthentication]:
    try:
        found = import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(f"MICROCRED_API_AUTHENTICATION: {path} cannot be imported: {error}") from error
    return found  # type: ignore[no-any-return]


def user_id_of(request: Request) -> int:
    """Return the id of the caller, whom IsAuthenticated has let through; 0, whom nothing belongs to, for nobody."""
    return int(request.user.pk or 0)


def picture(drawing: str) -> HttpResponse:
    """Answer with an SVG. Opened by itself it is a document: it may load and run nothing."""
    return HttpResponse(
        drawing,
        content_type="image/svg+xml",
        headers={
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )
