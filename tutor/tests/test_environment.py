"""What is tested is what operators get: the real Tutor of the wanted release, and our wheel."""

import os
import re
import subprocess
import sys
from importlib.metadata import distribution, version
from pathlib import Path

import tutor

import tutormicrocred
from tutormicrocred import options

CHECKOUT = Path(__file__).parents[2]


def test_the_folder_tutor_of_the_checkout_does_not_hide_the_real_tutor() -> None:
    told = [sys.executable, "-c", "import tutor; print(tutor.__file__)"]
    done = subprocess.run(told, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == tutor.__file__
    assert "site-packages" in str(tutor.__file__)
    assert not (CHECKOUT / "tutor" / "__init__.py").exists()


def test_the_release_of_tutor_is_the_one_this_environment_is_for() -> None:
    assert version("tutor").partition(".")[0] == os.environ["MICROCRED_TUTOR"].removeprefix("tutor")


def test_our_wheel_is_tested_and_it_has_all_files() -> None:
    installed = Path(tutormicrocred.__file__).parent
    assert not installed.is_relative_to(CHECKOUT / "tutor")
    assert files_below(installed) == files_below(CHECKOUT / "tutor" / "tutormicrocred")


def files_below(folder: Path) -> set[Path]:
    found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path for path in found if "__pycache__" not in path.parts}


def test_our_version_is_that_of_the_plugin_we_install() -> None:
    found = re.search(r'__version__ = "([^"]+)"', (CHECKOUT / "microcred_plugin" / "__init__.py").read_text("utf-8"))
    assert found
    assert found[1] == version("tutor-contrib-microcred") == tutormicrocred.__version__


def test_the_licence_is_the_same_and_in_the_wheel() -> None:
    licence = (CHECKOUT / "LICENSE").read_text("utf-8")
    assert distribution("tutor-contrib-microcred").read_text("licenses/LICENSE") == licence


def test_every_value_is_explained_to_the_operator() -> None:
    page = (CHECKOUT / "docs" / "how-tos" / "tutor.md").read_text("utf-8")
    assert [name for name in options.DEFAULTS if f"`{name}`" not in page] == []


def test_it_loads_where_tutor_mfe_is_not_installed() -> None:
    code = "import sys; sys.modules['tutormfe'] = None; from tutormicrocred import plugin; print(dir(plugin))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "'options'" in done.stdout
    assert "PLUGIN_SLOTS" not in done.stdout
