"""Catalogues are compiled, and their placeholders agree."""

import pytest

GOOD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#, python-format
msgid "%(done)s of %(all)s"
msgstr "%(done)s de %(all)s"
"""


@pytest.fixture
def script(load, tmp_path, monkeypatch):
    script = load("messages")
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "LOCALE", tmp_path / "locale")
    return script


def write(script, text, language="es"):
    po = script.LOCALE / language / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True, exist_ok=True)
    po.write_text(text, "utf-8")
    return po


def test_a_compiled_catalogue_has_no_problems(script):
    po = write(script, GOOD)
    assert script.main("compile") == 0
    assert script.problems(po) == []


def test_a_catalogue_that_is_not_compiled_names_the_remedy(script, capsys):
    write(script, GOOD)
    assert script.main("check") == 1
    assert "is not compiled; run: make messages" in capsys.readouterr().out


def test_a_catalogue_changed_after_it_was_compiled_is_noticed(script):
    po = write(script, GOOD)
    script.main("compile")
    write(script, GOOD.replace(" de ", " sobre "))
    assert "was changed after it was compiled" in script.problems(po)[0]


def test_a_placeholder_that_a_translation_lost_is_noticed(script):
    po = write(script, GOOD.replace("%(done)s de %(all)s", "%(done)s de %(todo)s"))
    script.main("compile")
    assert "%(done)s of %(all)s" in script.problems(po)[0]


def test_our_own_catalogues_are_right(load, capsys):
    assert load("messages").main("check") == 0, capsys.readouterr().out
