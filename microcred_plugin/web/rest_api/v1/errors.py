"""Errors as JSON of one shape: ``{"detail": sentence, "code": stable name}``, and ``problems`` of a document."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response

from microcred_plugin.errors import (
    BadInput,
    Conflict,
    InvalidDefinition,
    MicrocredError,
    NotAllowed,
    NotFound,
    StaleDraft,
    Unreadable,
)

ErrorHandler = Callable[[Exception, dict[str, Any]], Response | None]

_OURS: tuple[tuple[type[MicrocredError], int, str], ...] = (
    (NotFound, status.HTTP_404_NOT_FOUND, exceptions.NotFound.default_code),
    (NotAllowed, status.HTTP_403_FORBIDDEN, exceptions.PermissionDenied.default_code),
    (StaleDraft, status.HTTP_412_PRECONDITION_FAILED, "stale_draft"),
    (Conflict, status.HTTP_409_CONFLICT, "conflict"),
    (InvalidDefinition, status.HTTP_422_UNPROCESSABLE_ENTITY, "invalid_definition"),
    (BadInput, status.HTTP_400_BAD_REQUEST, "invalid"),
    (Unreadable, status.HTTP_503_SERVICE_UNAVAILABLE, "unreadable"),
)


def handler(platforms: ErrorHandler) -> ErrorHandler:
    """Wrap the platform's exception handler; what it does not know stays a server error, for its logs to show."""

    def handle(error: Exception, context: dict[str, Any]) -> Response | None:
        translated = _translated(error)
        response = platforms(translated, context)
        if response is not None:
            response.data = _shape(translated)
            if isinstance(error, InvalidDefinition):
                response.data["problems"] = [asdict(problem) for problem in error.problems]
        return response

    return handle


def _translated(error: Exception) -> Exception:
    """Turn our errors, and Django's that the framework turns too, into the framework's."""
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    for kind, number, code in _OURS:
        if isinstance(error, kind):
            found = exceptions.APIException(str(error), code)
            found.status_code = number
            return found
    return error


def _shape(error: Exception) -> dict[str, Any]:
    """Return detail and code; of several details the first, for one sentence is what a caller can show."""
    detail: Any = getattr(error, "detail", str(error))
    while isinstance(detail, list | dict):
        detail = next(iter(detail.values() if isinstance(detail, dict) else detail), "")
    code = getattr(detail, "code", None) or getattr(error, "default_code", "error")
    return {"detail": str(detail), "code": str(code)}
