"""Describes views for the platform's API documentation (OpenAPI)."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_yasg import openapi
from edx_api_doc_tools import path_parameter, schema

from microcred_plugin.web.rest_api.v1.serializers import ErrorSerializer

View = TypeVar("View", bound=Callable[..., Any])

USUAL = (401, 404, 429)
AWARD = path_parameter("award_uuid", str, "The award's uuid.")
COURSE = path_parameter("course_key", str, "The course run, such as course-v1:Org+Course+Run.")
MICROCREDENTIAL = path_parameter("uuid", str, "The microcredential's uuid.")


def described(
    *, answer: Any, parameters: list[Any], errors: tuple[int, ...] = USUAL, body: Any = None, number: int = 200
) -> Callable[[View], View]:
    """Describe a view by its docstring, its parameters, its answer (a serializer or a sentence) and its errors.

    ``body`` is what is sent: a serializer, or ``dict`` for a definition document.
    """
    responses = {number: answer, **dict.fromkeys(errors, ErrorSerializer)}
    sent = {} if body is None else {"body": _DOCUMENT if body is dict else body}
    decorate: Callable[[View], View] = schema(parameters=parameters, responses=responses, **sent)
    return decorate


_DOCUMENT = openapi.Schema(type=openapi.TYPE_OBJECT, description="A definition (docs/reference/definition.md).")
