"""The proof that installing us moves no pin compares what it should."""

import pytest


@pytest.fixture
def script(load):
    return load("no_pin_moves")


def test_pins_are_read_by_the_name_that_registries_compare(script, tmp_path):
    file = tmp_path / "release.txt"
    file.write_text("# a comment with ==\n\nXBlock==5.2.0\nDjango_Model.Utils==5.0.0  # why\nfree\n")
    assert script.pins(file) == {"xblock": "5.2.0", "django-model-utils": "5.0.0"}


def test_a_pin_that_is_not_installed_fails_before_anything_is_asked(script, tmp_path, capsys):
    file = tmp_path / "release.txt"
    file.write_text("django==0.1\n")
    assert script.main(file, only_look=False) == 1
    assert "django" in capsys.readouterr().out


def test_looking_only_is_content_when_every_pin_is_installed(script, tmp_path, capsys):
    from importlib.metadata import version

    file = tmp_path / "release.txt"
    file.write_text(f"Django=={version('django')}\n")
    assert script.main(file, only_look=True) == 0
    assert "1 pins, installed otherwise: none" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("plan", "status", "said"),
    [
        ({"microcred-plugin": "0.1.0"}, 0, "none would be changed"),
        ({"microcred-plugin": "0.1.0", "brand-new": "1"}, 0, "Would be added: brand-new 1, microcred-plugin 0.1.0"),
        ({"microcred-plugin": "0.1.0", "django": "6.0"}, 1, "would move django from 4.2.20 to 6.0"),
    ],
)
def test_adding_is_allowed_and_changing_is_not(script, monkeypatch, capsys, plan, status, said):
    monkeypatch.setattr(script, "build_wheel", lambda folder: folder / "our.whl")
    monkeypatch.setattr(script, "planned", lambda wheel: plan)
    assert script.dry_run("teak", {"django": "4.2.20"}) == status
    assert said in capsys.readouterr().out
