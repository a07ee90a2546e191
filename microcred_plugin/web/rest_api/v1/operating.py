"""For those who run the site: is this process alive, and how much waits."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from edx_rest_framework_extensions.permissions import NotJwtRestrictedApplication
from rest_framework import status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from microcred_plugin import api
from microcred_plugin.conf import settings
from microcred_plugin.web.rest_api.v1.base import ApiView
from microcred_plugin.web.rest_api.v1.describing import described
from microcred_plugin.web.rest_api.v1.serializers import HealthSerializer, MetricsSerializer

_MONITOR = "monitor"  # what ``request.auth`` is for who has the token


class MetricsToken(BaseAuthentication):
    """The monitor's token, ``Authorization: Bearer …``; any other header is left to the other ways."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, str] | None:
        """Compare in constant time; an empty setting opens nothing."""
        kind, _, token = get_authorization_header(request).partition(b" ")
        wanted = str(settings.MICROCRED_METRICS_TOKEN).encode()
        if kind.lower() != b"bearer" or not wanted or not constant_time_compare(token, wanted):
            return None
        return AnonymousUser(), _MONITOR

    def authenticate_header(self, request: Request) -> str:
        """Tell who is not known that they may come back with a token."""
        return 'Bearer realm="microcredentials"'


class IsGlobalStaff(BasePermission):
    """Staff of the whole site, by session or JWT, and who has the monitor's token."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the caller may read."""
        user = request.user
        return request.auth == _MONITOR or (user.is_authenticated and user.is_active and user.is_staff)


class MetricsView(ApiView):
    """Counts and ages for monitoring."""

    permission_classes = (IsGlobalStaff, NotJwtRestrictedApplication)

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Look for the monitor's token first, so that no other way refuses a token that is not its own."""
        return [MetricsToken(), *super().get_authenticators()]

    @described(answer=MetricsSerializer, parameters=[], errors=(401, 403, 429))
    def get(self, request: Request) -> Response:
        """Count who waits and for how long, and the awards by state.

        For global staff, or with the header `Authorization: Bearer` and the token of the setting
        `MICROCRED_METRICS_TOKEN`.
        """
        return Response(MetricsSerializer(api.metrics()).data)


# Outside of a transaction: beginning one is what fails first where the database is gone.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class HealthView(ApiView):
    """Whether this process can serve."""

    permission_classes = ()
    throttle_classes = ()

    def perform_authentication(self, request: Request) -> None:
        """Wait with finding out who asks: that may need the database."""

    @described(answer=HealthSerializer, parameters=[], errors=(503,))
    def get(self, request: Request) -> Response:
        """Say whether this process reaches its database: 200, else 503. Anybody may ask.

        Global staff are also told what `microcred doctor` finds, but for what takes it seconds.
        """
        if not api.is_alive():
            return Response({"status": "unavailable"}, status=status.HTTP_503_SERVICE_UNAVAILABLE)
        answer: dict[str, Any] = {"status": "ok"}
        if self._may_see_details(request):
            answer["checks"] = api.doctor(quick=True)
        return Response(HealthSerializer(answer).data)

    def _may_see_details(self, request: Request) -> bool:
        """Ask who it is; to a token that is not valid, too, the health is told."""
        try:
            return all(one().has_permission(request, self) for one in (IsGlobalStaff, NotJwtRestrictedApplication))
        except APIException:
            return False
