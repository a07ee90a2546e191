"""Files: YAML and JSON become the same plain data, and traps are refused."""

import json

import pytest
from criteria_strategies import documents, examples
from hypothesis import given

from microcred_plugin.criteria.parse import dump, parse, read
from microcred_plugin.errors import BadInput, InvalidDefinition


@examples(25)
@given(documents())
def test_json_and_its_ascii_form_and_its_indented_form_are_read_as_written(document):
    for text in (json.dumps(document), json.dumps(document, ensure_ascii=False), json.dumps(document, indent="\t")):
        assert read(text) == document
    assert dump(parse(read(json.dumps(document)))) == dump(parse(document))


def test_yaml_in_block_and_in_flow_style_is_read():
    assert read("a:\n  - b: 'c'\n    d: |\n      two\n      lines\n") == {"a": [{"b": "c", "d": "two\nlines\n"}]}
    assert read("\ufeff{a: [b, {c: d}]}") == {"a": ["b", {"c": "d"}]}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"), ("on", "on"), ("Yes", "Yes"), ("true", True), ("false", False), ("null", None), ("~", None),
        ("", None), ("12", 12), ("-3", -3), ("007", "007"), ("0x1f", "0x1f"), ("12:30:45", "12:30:45"),
        ("1_000", "1_000"), ("2027-01-01", "2027-01-01"), ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        (".nan", ".nan"), (".inf", ".inf"), ("'12'", "12"), ('"true"', "true"), ("0.7", 0.7), ("1e3", 1000.0),
        ("<<", "<<"), ("=", "="),
    ],
)  # fmt: skip
def test_a_scalar_is_text_unless_it_is_plainly_something_else(written, value):
    found = read(f"key: {written}")["key"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: 1\na: 2", 'the key "a" is written twice'),
        ('{"a": {"b": 1, "b": 2}}', 'the key "b" is written twice'),
        ("a: &x [1]\nb: *x", "aliases"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "aliases"),
        ("!!python/object/apply:os.system [ls]", "tags"),
        ("a: !!int '3'", "tags"),
        ("a: !custom {}", "tags"),
        ("a: {<<: {b: 1}, ? [c] : 2}", "a key must be text"),
        ("1: x", "a key must be text"),
        ("a: 1\n---\nb: 2", "another document"),
        ("[" * 5000, "nested"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "nested"),
        ("a: " + "9" * 5000, "too large"),
        ('{"a": ' + "9" * 5000 + "}", "too large"),
        ("a: 1e999", "too large"),
        ('{"a": 1e999}', "too large"),
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "Infinity"),
        ('{"a": "\\ud800"}', "character"),
        ('a: "\\ud800"', "character"),
        ("a: \ud800", "character"),
        ("a: \x00", "character"),
        ("a: [", "line 1"),
        ("a: b: c", "line 1"),
        ("", "must be a mapping"),
        ("- a", "must be a mapping"),
        ("just text", "must be a mapping"),
        ("a: " + "x" * 300_000, "larger than 256 KiB"),
        ("a: " + "ü" * 140_000, "larger than 256 KiB"),
    ],
)
def test_a_trap_is_refused_with_its_reason(text, reason):
    with pytest.raises(BadInput, match=reason):
        read(text)


def test_bytes_are_not_text():
    with pytest.raises(BadInput):
        read(b"a: 1")


def test_a_grade_without_quotes_is_refused_by_its_path():
    text = """
        format: microcredential/1
        slug: a
        title: A
        issuer: O
        milestones:
          - {key: one, title: One, require: {course_grade: {course: home, minimum: 0.7}}}
    """
    with pytest.raises(InvalidDefinition, match=r"milestones\[0\].require.course_grade.minimum: .*quotes"):
        parse(read(text))
