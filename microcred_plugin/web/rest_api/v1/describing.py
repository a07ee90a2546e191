"""Describes views for the platform's API documentation (OpenAPI)."""

from collections.abc import Callable
from typing import Any, TypeVar

from edx_api_doc_tools import path_parameter, schema

from microcred_plugin.web.rest_api.v1.serializers import ErrorSerializer

View = TypeVar("View", bound=Callable[..., Any])

USUAL = (401, 404, 429)
AWARD = path_parameter("award_uuid", str, "The award's uuid.")


def described(*, answer: Any, parameters: list[Any], errors: tuple[int, ...] = USUAL) -> Callable[[View], View]:
    """Describe a view by its docstring, its parameters, its answer (a serializer or a sentence) and its errors."""
    responses = {200: answer, **dict.fromkeys(errors, ErrorSerializer)}
    decorate: Callable[[View], View] = schema(parameters=parameters, responses=responses)
    return decorate
