"""The OpenAPI description that the platform makes of our views."""

from typing import Any

import pytest
from drf_yasg import openapi
from edx_api_doc_tools import ApiSchemaGenerator

from microcred_plugin.web import studio_urls

from .test_authorisation import MATRIX
from .test_studio_authorisation import CALLS

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


@pytest.fixture(scope="module")
def in_studio() -> Any:
    """Describe what Studio serves, as Studio does."""
    generator = ApiSchemaGenerator(openapi.Info(title="Test", default_version="v1"), patterns=studio_urls.urlpatterns)
    paths = generator.get_schema(request=None, public=True)["paths"]
    return {(method, path): item[method] for path, item in paths.items() for method in item if method != "parameters"}


def test_every_call_of_a_course_team_is_described(in_studio: Any) -> None:
    assert sorted(method for method, _ in in_studio) == sorted(method for method, _, _ in CALLS)
    for (method, path), operation in in_studio.items():
        assert operation["summary"].endswith((".", ":")), path
        limited = set() if path.endswith("badge.svg") else {"429"}
        assert set(operation["responses"]) >= {"401", "403", "404"} | limited, path
        bodies = [each for each in operation["parameters"] if each["in"] == "body"]
        expected = method in ("put", "post") and not path.endswith(("/offering/", "/block/"))
        assert len(bodies) == int(expected), path
