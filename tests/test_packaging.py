"""What an operator installs: it loads, it is complete, and it moves nothing that the platform has pinned."""

import re
from importlib import import_module
from importlib.metadata import distribution, entry_points
from importlib.resources import files
from pathlib import Path

import pytest
from edx_django_utils.plugins import get_plugin_apps
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from xblock.core import XBlock

ROOT = Path(__file__).parents[1]
RELEASES = ("teak", "ulmo", "verawood")
PACKAGE = files("microcred_plugin")

#: What every release of the platform installs itself; nothing else may be required of an operator.
PLATFORM_BASE = {
    "openedx-filters",
    "attrs",
    "celery",
    "django",
    "djangorestframework",
    "edx-api-doc-tools",
    "edx-completion",
    "edx-django-utils",
    "edx-drf-extensions",
    "edx-toggles",
    "edx-opaque-keys",
    "openedx-events",
    "pyyaml",
    "xblock",
}

in_checkout = pytest.mark.skipif(
    not (ROOT / "requirements").is_dir(), reason="the releases' pins are in the checkout only"
)


def requirements() -> list[Requirement]:
    return [Requirement(line) for line in distribution("microcred-plugin").requires or []]


def required() -> list[Requirement]:
    return [requirement for requirement in requirements() if requirement.marker is None]


def pins(release: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / f"{release}.txt").read_text("utf-8").splitlines()
    pinned = (line.partition("==") for line in lines if "==" in line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, _, version in pinned}


def ours(group: str) -> dict[str, str]:
    found = entry_points(group=group)
    return {point.name: point.value for point in found if point.dist and point.dist.name == "microcred-plugin"}


def test_the_platform_finds_us_by_these_names_which_must_never_change():
    assert ours("lms.djangoapp") == {"microcred_plugin": "microcred_plugin.apps:MicrocredConfig"}
    assert ours("cms.djangoapp") == {"microcred_plugin": "microcred_plugin.apps:MicrocredConfig"}
    assert list(ours("xblock.v1")) == ["microcredential"]


@pytest.mark.parametrize("group", ["lms.djangoapp", "cms.djangoapp", "xblock.v1"])
def test_every_entry_point_loads_because_the_platform_would_swallow_its_error(group):
    loaded = [point.load() for point in entry_points(group=group) if point.name in ours(group)]
    assert loaded
    assert all(isinstance(found, type) for found in loaded)


@pytest.mark.parametrize("project", ["lms.djangoapp", "cms.djangoapp"])
def test_the_plugin_mechanism_lists_our_app(project):
    assert any(app.startswith("microcred_plugin.apps") for app in get_plugin_apps(project))


def test_the_block_is_found_by_its_name_and_its_resources_lie_beside_it():
    block = XBlock.load_class("microcredential")
    assert block.__module__ == "microcred_plugin.xblocks.microcredential.block"


@pytest.mark.parametrize("module", ["common", "sandbox", "test"])
def test_the_folder_settings_is_installed_inside_the_package(module):
    assert import_module(f"microcred_plugin.settings.{module}").__name__ == f"microcred_plugin.settings.{module}"


@pytest.mark.parametrize(
    "path",
    [
        "py.typed",
        "criteria/schema.json",
        "migrations/0001_initial.py",
        "sandbox/sample",
        "sandbox/templates",
        "settings/common.py",
        "xblocks/microcredential/public",
    ],
)
def test_data_files_are_found_where_the_package_is_installed(path):
    package, _, rest = path.partition("/")
    mapped = package in {"settings", "xblocks"}
    folder = files(f"microcred_plugin.{package}") / rest if mapped else PACKAGE / path
    assert folder.is_file() or any(folder.iterdir()), path


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_no_requirement_has_an_upper_bound_because_the_platform_decides(requirement):
    assert {bound.operator for bound in requirement.specifier} <= {">="}


def test_nothing_is_required_that_the_platform_has_not_installed_anyway():
    assert {canonicalize_name(requirement.name) for requirement in required()} <= PLATFORM_BASE


@in_checkout
@pytest.mark.parametrize("release", RELEASES)
def test_the_lower_bounds_are_satisfied_by_the_pins_of(release):
    pinned = pins(release)
    too_high = [
        f"{requirement} but {release} has {pinned[name]}"
        for requirement in required()
        if (name := canonicalize_name(requirement.name)) in pinned
        and not requirement.specifier.contains(pinned[name], prereleases=True)
    ]
    assert too_high == []


@in_checkout
@pytest.mark.parametrize("release", RELEASES)
def test_the_pins_know_all_that_we_require_with_a_bound(release):
    known_to_be_free = {"pyyaml"} | ({"edx-api-doc-tools", "attrs"} if release == "ulmo" else set())
    known_to_be_free |= {"attrs"} if release == "verawood" else set()
    unknown = {canonicalize_name(requirement.name) for requirement in required()} - pins(release).keys()
    assert unknown <= known_to_be_free


@in_checkout
def test_every_requirement_says_why_it_is_there():
    source = (ROOT / "setup.py").read_text("utf-8")
    block = source.partition("install_requires=[")[2].partition("],\n")[0]
    lines = [line for line in block.splitlines() if line.strip().startswith('"')]
    assert len(lines) == len(required())
    assert [line for line in lines if not re.search(r'",\s+# \w', line)] == []


def test_the_metadata_says_what_we_are():
    metadata = distribution("microcred-plugin").metadata
    assert metadata["Requires-Python"] == ">=3.11"
    assert "Apache-2.0" in (metadata.get("License-Expression") or metadata.get("License") or "")
    assert metadata["Version"] == import_module("microcred_plugin").__version__
