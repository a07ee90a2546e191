"""The settings reference says what ``conf.py`` and ``switches.py`` say, and their annotations say what they do."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from microcred_plugin import conf, switches

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "generate_settings.py"

pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="the documentation is in the checkout only")

EXAMPLE = '''
class Settings:
    """Example."""

    # .. setting_name: MICROCRED_TIME
    # .. setting_default: 30
    # .. setting_description: How long ``it`` takes,
    #   in seconds.
    MICROCRED_TIME: int = 30
    # .. setting_name: MICROCRED_NAMES
    # .. setting_default: ('a',
    #   'b')
    # .. setting_description: Names.
    MICROCRED_NAMES: tuple[str, ...] = ("a", "b")

    def method(self) -> None:
        """Not a setting."""
'''
SWITCH = """
# .. toggle_name: microcred_plugin.stop
# .. toggle_implementation: WaffleSwitch
# .. toggle_default: False
# .. toggle_description: Stops ``it``.
# .. toggle_use_cases: circuit_breaker
# .. toggle_creation_date: 2026-11-24
STOP = WaffleSwitch("microcred_plugin.stop", __name__)
"""


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


@pytest.mark.parametrize("missing", ["setting_name: MICROCRED_TIME", "setting_default: 30", "setting_description"])
def test_a_setting_without_an_annotation_is_refused_by_name(script, missing):
    lines = [line for line in EXAMPLE.splitlines() if missing not in line]
    with pytest.raises(ValueError, match=f"MICROCRED_TIME has no annotation .*{missing.partition(':')[0]}"):
        script.read("\n".join(lines))


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        ("setting_name: MICROCRED_TIME", "setting_name: MICROCRED_TIMES"),
        ("setting_default: 30", "setting_default: 31"),
        ("= 30", "= 31"),
    ],
)
def test_an_annotation_that_says_something_else_than_the_code_is_refused(script, written, changed):
    with pytest.raises(ValueError, match=r"MICROCRED_TIME: its annotation .* says"):
        script.read(EXAMPLE.replace(written, changed))


def test_a_switch_is_read_with_its_description(script):
    assert script.read_switches(SWITCH) == [("microcred_plugin.stop", "Stops `it`.")]


@pytest.mark.parametrize("line", [line for line in SWITCH.splitlines() if line.startswith("# ..")])
def test_a_switch_without_one_of_its_annotations_is_refused(script, line):
    with pytest.raises(ValueError, match=r"microcred_plugin\.stop"):
        script.read_switches(SWITCH.replace(line, "# "))


def test_the_page_has_a_section_for_every_setting_of_conf_and_every_switch(script):
    page = script.render(script.read(script.SOURCE.read_text("utf-8")), [])
    sections = [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]
    assert sections == [*conf.names(), "Switches"]
    read = [switch.name for switch in script.read_switches(script.SWITCHES.read_text("utf-8"))]
    assert read == [switches.PAUSE_AWARDING.name, switches.PAUSE_NOTIFYING.name]


def test_open_edx_s_own_tool_reads_every_annotation(tmp_path):
    base = pytest.importorskip("code_annotations.base", reason="code-annotations is in the developer's tools only")
    from code_annotations.find_static import StaticSearch

    contrib = Path(base.__file__).parent / "contrib" / "config"
    found: dict[str, list[str]] = {}
    for name, kind in (("setting_annotations", "setting"), ("feature_toggle_annotations", "toggle")):
        config = base.AnnotationConfig(str(contrib / f"{name}.yaml"), report_path_override=str(tmp_path), verbosity=0)
        config.source_path = str(ROOT / "microcred_plugin")
        search = StaticSearch(config)
        annotated = search.search()
        assert search.check_results(annotated), search.errors
        lines = [one for file in annotated.values() for one in file]
        token = f".. {kind}_name:"
        found[kind] = [one["annotation_data"] for one in lines if one["annotation_token"] == token]
    assert found["setting"] == list(conf.names())
    assert found["toggle"] == [switches.PAUSE_AWARDING.name, switches.PAUSE_NOTIFYING.name]


def test_every_setting_carries_the_name_of_the_plugin():
    assert [name for name in conf.names() if not name.startswith("MICROCRED_")] == []


def test_the_page_in_the_repository_is_up_to_date(script, capsys):
    assert script.main(check=True) == 0, capsys.readouterr().out


def test_a_page_that_differs_is_noticed_and_the_remedy_named(script, capsys, monkeypatch):
    stale = script.ROOT / "docs" / "README.md"
    monkeypatch.setattr(script, "REFERENCE", stale)
    assert script.main(check=True) == 1
    assert "make settings-reference" in capsys.readouterr().out
