"""The OpenAPI description that the platform makes of our views."""

from typing import Any

import pytest
from drf_yasg import openapi
from edx_api_doc_tools import ApiSchemaGenerator

from .test_authorisation import MATRIX

PREFIX = "/microcredentials/v1/"
#: What answers otherwise than the others.
ERRORS = {"health/": {"200", "503"}, "metrics/": {"200", "401", "403", "429"}}


@pytest.fixture(scope="module")
def described() -> Any:
    """Describe everything below /api/, as the platform does for /api-docs."""
    generator = ApiSchemaGenerator(openapi.Info(title="Test", default_version="v1"))
    return generator.get_schema(request=None, public=True)


def operations(described: Any) -> dict[str, Any]:
    """Return the description of each of our GETs, by path."""
    return {path: item["get"] for path, item in described["paths"].items() if path.startswith(PREFIX)}


def test_every_address_is_described(described: Any) -> None:
    assert len(operations(described)) == len({address.rstrip("?") for address in MATRIX})


def test_every_operation_has_a_sentence_and_its_errors(described: Any) -> None:
    for path, operation in operations(described).items():
        assert operation["summary"].endswith("."), path
        assert set(operation["responses"]) >= ERRORS.get(path.removeprefix(PREFIX), {"200", "401", "404", "429"}), path


def test_only_reading_is_described(described: Any) -> None:
    methods = {"get", "post", "put", "patch", "delete"}
    for path, item in described["paths"].items():
        if path.startswith(PREFIX):
            assert methods & set(item) == {"get"}


def test_parameters_are_described(described: Any) -> None:
    progress = operations(described)[f"{PREFIX}courses/{{course_key}}/progress/"]
    assert {"username"} == {each["name"] for each in progress["parameters"] if each["in"] == "query"}


def test_fractions_are_described_as_text(described: Any) -> None:
    properties = described["definitions"]["Progress"]["properties"]
    assert properties["fraction"]["type"] == "string"
    assert properties["milestones"]["type"] == "array"
