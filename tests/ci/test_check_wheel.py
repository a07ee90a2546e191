"""A wheel holds all of ours and nothing else."""

import zipfile

import pytest


@pytest.fixture
def script(load, monkeypatch):
    script = load("check_wheel")
    monkeypatch.setattr(script, "NEEDED", ("microcred_plugin/schema.json", "microcred_plugin/settings/*.py"))
    return script


@pytest.fixture
def source(tmp_path):
    for name in ("microcred_plugin/schema.json", "settings/common.py", "xblocks/a/public/a.css", "settings/x.pyc"):
        file = tmp_path / "source" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    return tmp_path / "source"


ALL = (
    "microcred_plugin/schema.json",
    "microcred_plugin/settings/common.py",
    "microcred_plugin/xblocks/a/public/a.css",
    "microcred_plugin-1.dist-info/METADATA",
)


def wheel(folder, names):
    path = folder / "microcred_plugin-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return path


def test_a_wheel_with_every_file_under_its_installed_name_is_right(script, source, tmp_path, capsys):
    assert script.main(wheel(tmp_path, ALL), source) == 0
    assert "4 files, all of ours and nothing else" in capsys.readouterr().out


@pytest.mark.parametrize("name", ALL[:3])
def test_a_file_that_was_left_behind_is_named(script, source, tmp_path, capsys, name):
    assert script.main(wheel(tmp_path, [other for other in ALL if other != name]), source) == 1
    assert f"is missing: {name}" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["tests/test_a.py", "settings/common.py", "microcred_plugin/old.py"])
def test_a_file_that_is_not_ours_or_no_longer_there_is_named(script, source, tmp_path, capsys, name):
    assert script.main(wheel(tmp_path, [*ALL, name]), source) == 1
    assert f"should not be there: {name}" in capsys.readouterr().out


def test_what_must_be_there_is_missed_even_when_the_source_lacks_it(script, source):
    assert script.problems(set(), set()) == [
        "is missing: microcred_plugin/schema.json",
        "is missing: microcred_plugin/settings/*.py",
    ]
