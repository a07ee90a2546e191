"""The slots of the micro-frontends, as the real tutor-mfe writes them; what the widgets show is tested in widgets/."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .conftest import Root, program

HERE = Path(__file__).parent
CONFIG = "plugins/mfe/build/mfe/env.config.jsx"
LEARNING = "org.openedx.frontend.learning.progress_tab_certificate_status_side_panel.v1"
AUTHORING = "org.openedx.frontend.authoring.additional_course_plugin.v1"


def slots(root: Root, frontend: str, folder: Path, *missing: str) -> dict[str, Any]:
    """Let Node load what tutor-mfe wrote as a micro-frontend does, and return what stands in its slots."""
    if not (HERE.parent / "node_modules").is_dir():
        pytest.skip("no node_modules: `npm ci` brings them, which `make test-tutor` does where npm is installed")
    module = folder / "env.config.mjs"
    module.write_text(root.text(CONFIG), "utf-8")
    done = subprocess.run(
        [program("node"), HERE / "widgets" / "slots.mjs", module, *missing],
        env={"APP_ID": frontend},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_without_the_switch_the_micro_frontends_are_as_without_us(default: Root, bare: Root) -> None:
    without = [line for line in bare.text(CONFIG).splitlines() if line.strip()]
    assert [line for line in default.text(CONFIG).splitlines() if line.strip()] == without


@pytest.mark.parametrize(
    ("frontend", "slot", "shown"), [("learning", LEARNING, ""), ("authoring", AUTHORING, "MicrocredentialsLoading…")]
)
def test_each_widget_stands_in_its_slot_and_renders(
    full: Root, tmp_path: Path, frontend: str, slot: str, shown: str
) -> None:
    found = slots(full, frontend, tmp_path)
    [widget] = found["slots"].pop(slot)
    assert (widget["op"], widget["type"], widget["text"]) == ("insert", "DIRECT_PLUGIN", shown)
    assert found == {"slots": {}, "errors": []}


@pytest.mark.parametrize("frontend", ["account", "profile", "learner-dashboard"])
def test_no_other_micro_frontend_gets_anything(full: Root, tmp_path: Path, frontend: str) -> None:
    assert slots(full, frontend, tmp_path) == {"slots": {}, "errors": []}


def test_a_micro_frontend_that_lacks_what_we_need_loses_nothing_else(full: Root, tmp_path: Path) -> None:
    found = slots(full, "learning", tmp_path, "@edx/frontend-platform/auth")
    assert [widget["text"] for widget in found["slots"][LEARNING]] == [""]
    assert found["errors"] == ["microcred: Error: not here"]


def test_the_operators_words_are_data_and_end_no_script(full: Root, tmp_path: Path) -> None:
    assert "</script>" not in full.text(CONFIG)
    assert slots(full, "learning", tmp_path)["errors"] == []
