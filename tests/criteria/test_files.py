"""What is written as a file is read back as it was, whatever it holds."""

import pytest
from hypothesis import given

from microcred_plugin.criteria.files import as_file
from microcred_plugin.criteria.parse import dump, parse
from microcred_plugin.criteria.read import read

from .criteria_strategies import full_definitions


@given(full_definitions())
def test_every_definition_survives_its_file(definition):
    assert parse(read(as_file(dump(definition)))) == definition


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "yes",
        "~",
        "null",
        "1",
        "1.5",
        "1e3",
        "0x1F",
        "2027-01-01",
        "12:30:00",
        "",
        " x ",
        "a: b",
        "- a",
        "#x",
        "&a",
        "*a",
        "!t",
        "%",
        "@",
        "`",
        '"',
        "'",
        "two\nlines",
        "tab\there",
        "trailing\n",
        "\x85",
        "\u2028",
        "é🎓",
        "\\",
        "{",
        "[",
        "]",
        ",",
    ],
)
def test_every_text_stays_text(text):
    assert read(as_file({"title": text, "list": [text, {"key": text}]})) == {
        "title": text,
        "list": [text, {"key": text}],
    }


def test_the_file_is_as_people_write_it():
    same = {"completion": {"block": "vertical@u1"}}
    document = {"format": "microcredential/1", "title": "Über uns", "milestones": [{"require": {"all": [same, same]}}]}
    assert as_file(document) == (
        "format: microcredential/1\n"
        "title: Über uns\n"
        "milestones:\n"
        "- require:\n"
        "    all:\n"
        "    - completion:\n"
        "        block: vertical@u1\n"
        "    - completion:\n"
        "        block: vertical@u1\n"
    )
