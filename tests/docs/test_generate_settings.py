"""The settings reference says what ``conf.py`` says."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from microcred_plugin import conf

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "generate_settings.py"

pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="the documentation is in the checkout only")

EXAMPLE = '''
class Settings:
    """Example."""

    #: How long ``it`` takes,
    #: in seconds.
    MICROCRED_TIME: int = 30
    #: Names.
    MICROCRED_NAMES: tuple[str, ...] = ("a", "b")

    def method(self) -> None:
        """Not a setting."""
'''


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_settings", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_setting_is_read_with_its_type_its_default_and_all_lines_of_its_description(script):
    assert script.read(EXAMPLE) == [
        ("MICROCRED_TIME", "int", "30", "How long `it` takes, in seconds."),
        ("MICROCRED_NAMES", "tuple[str, ...]", "('a', 'b')", "Names."),
    ]


def test_a_setting_without_a_description_is_refused_by_name(script):
    with pytest.raises(ValueError, match="MICROCRED_TIME"):
        script.read("class Settings:\n    MICROCRED_TIME: int = 30\n")


def test_the_page_has_a_section_for_every_setting_of_conf(script):
    page = script.render(script.read(script.SOURCE.read_text("utf-8")))
    assert [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")] == list(conf.names())


def test_every_setting_carries_the_name_of_the_plugin():
    assert [name for name in conf.names() if not name.startswith("MICROCRED_")] == []


def test_the_page_in_the_repository_is_up_to_date(script, capsys):
    assert script.main(check=True) == 0, capsys.readouterr().out


def test_a_page_that_differs_is_noticed_and_the_remedy_named(script, capsys, monkeypatch):
    stale = script.ROOT / "docs" / "README.md"
    monkeypatch.setattr(script, "REFERENCE", stale)
    assert script.main(check=True) == 1
    assert "make settings-reference" in capsys.readouterr().out
