"""The image of the LMS and Studio has the plugin, and Django has the operator's settings."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Root

DOCKERFILE = "build/openedx/Dockerfile"
MODULES = [(service, module) for service in ("lms", "cms") for module in ("production", "development")]


def install_line(root: Root) -> str:
    """Return the shell command that installs us, as Docker would hand it to a shell."""
    [line] = [
        run for run in re.findall(r"^RUN ((?:.*\\\n)*.*)$", root.text(DOCKERFILE), re.MULTILINE) if "microcred" in run
    ]
    return re.sub(r"--mount=\S+|\\\n", " ", line).strip()


def test_by_default_the_release_of_our_own_version_is_installed(default: Root) -> None:
    assert re.search(r"install 'microcred-plugin==\d+\.\d+\.\d+'", install_line(default))


def test_it_is_installed_after_the_platforms_requirements_and_before_static_files_are_collected(full: Root) -> None:
    text = full.text(DOCKERFILE)
    places = [text.index(word) for word in ("requirements/edx/base.txt", "microcred-plugin @ git", "collectstatic")]
    assert places == sorted(places)
    assert (
        text.index("FROM python AS python-requirements") < places[1] < text.index("FROM python AS nodejs-requirements")
    )


def test_the_line_calls_the_installer_of_the_image_with_the_requirement_as_one_word(full: Root, tmp_path: Path) -> None:
    for name in ("pip", "uv"):
        (tmp_path / name).write_text(f'#!/bin/sh\nprintf "%s\\n" {name} "$@"\n')
        (tmp_path / name).chmod(0o755)
    modern = re.search(r"^ARG PIP_COMMAND=\"(.*)\"$", full.text(DOCKERFILE), re.MULTILINE)
    environ = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"} | ({"PIP_COMMAND": modern[1]} if modern else {})
    done = subprocess.run(["sh", "-c", install_line(full)], env=environ, capture_output=True, text=True, check=True)
    wanted = "microcred-plugin @ git+https://example.org/microcred-plugin.git@v1"
    assert done.stdout.splitlines() == [*(modern[1].split() if modern else ["pip"]), "install", wanted]


def test_an_empty_requirement_installs_nothing(off: Root) -> None:
    assert "microcred" not in off.text(DOCKERFILE)


@pytest.mark.parametrize(("service", "module"), MODULES)
def test_the_operators_settings_reach_every_settings_module_as_they_were_written(
    full: Root, service: str, module: str
) -> None:
    assert full.settings(service, module) == {
        "MICROCRED_API_THROTTLE_RATE": "it's 60/minute",
        "MICROCRED_BACKFILL_CHUNK": 50,
        "MICROCRED_EVENT_ORIGIN": "https://lms.example.org",
        "MICROCRED_SILENT_BLOCK_TYPES": ["lti", "scorm"],
        "MICROCRED_TASK_QUEUE": "badges.high",
    }


@pytest.mark.parametrize(("service", "module"), MODULES)
def test_without_settings_the_plugins_own_defaults_hold(default: Root, service: str, module: str) -> None:
    assert default.settings(service, module) == {"MICROCRED_TASK_QUEUE": ""}


def test_a_checkout_can_be_mounted_into_the_images(rendered: Callable[..., Root], tmp_path: Path) -> None:
    checkout = tmp_path / "microcred-plugin"
    checkout.mkdir()
    root = rendered(("microcred",), MOUNTS=[str(checkout)])
    assert 'install -e "/mnt/microcred-plugin"' in root.text(DOCKERFILE)
    mount = f"{checkout}:/mnt/microcred-plugin"
    services = root.services()
    assert any(str(volume).startswith(mount) for volume in services["lms-worker"]["volumes"])
    assert any(str(volume).startswith(mount) for volume in services["microcred-sweep"]["volumes"])


def test_a_disabled_plugin_leaves_no_trace(default: Root, bare: Root, rendered: Callable[..., Root]) -> None:
    assert len(default.files_that_speak_of_us()) >= 5
    root = rendered(("mfe", "microcred"), MICROCRED_SWEEP_SECONDS=60)
    root.tutor("plugins", "disable", "microcred")
    root.tutor("config", "save")
    assert root.files_that_speak_of_us() == bare.files_that_speak_of_us() == set()
