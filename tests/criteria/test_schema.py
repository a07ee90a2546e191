"""The JSON Schema that others validate with says what the parser says."""

import json
import re
from importlib.resources import files

import pytest
from criteria_strategies import documents, examples, full_definitions, mutated
from hypothesis import given
from jsonschema import Draft202012Validator

from microcred_plugin.criteria import vocabulary as words
from microcred_plugin.criteria.parse import dump, parse
from microcred_plugin.errors import InvalidDefinition

SCHEMA = json.loads((files("microcred_plugin.criteria") / "schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

#: What a schema cannot know, or says more loosely. Everything else that the parser refuses, the schema refuses.
ONLY_THE_PARSER_KNOWS = re.compile(
    "|".join(
        [
            r"asks for \d+ of \d+",  # a count against the length of its group
            "is already the key of",  # keys unique among milestones
            "at most one manual",  # one confirmation in a milestone, wherever in the tree
            "nested deeper",  # the depth of the tree
            r"more than \d+ requirements",  # their number over the whole document
            "is not a block|is not a course",  # keys, by the platform's own parser
            "organisation's short name",  # letters of every script
            "name of a picture",  # likewise
            "issuer and slug",  # likewise
            "There is no microcredential",  # what is on this site
            "time with its offset",  # days that no calendar has
            "is not after opens",  # two members compared
            "keys must be text",  # JSON has no others
            "control character",  # half surrogate pairs, which other languages' patterns cannot name
            r"must be .* not \".*\\n\"",  # a line break at the end, which "$" lets pass in some languages
            r"not -?\d+\.0\.",  # 1.0 is a whole number in JSON Schema
        ]
    )
)


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@examples(35)
@given(documents())
def test_what_authors_write_is_accepted_by_both(document):
    VALIDATOR.validate(document)
    parse(document)


@examples(25)
@given(full_definitions())
def test_what_is_dumped_is_accepted_by_the_schema(definition):
    VALIDATOR.validate(dump(definition))


@examples(130)
@given(mutated())
def test_both_refuse_the_same_but_for_what_only_the_parser_can_know(document):
    by_schema = VALIDATOR.is_valid(document)
    try:
        parse(document)
    except InvalidDefinition as error:
        if by_schema:
            unexplained = [str(item) for item in error.problems if not ONLY_THE_PARSER_KNOWS.search(item.message)]
            assert not unexplained
    else:
        assert by_schema


def enum(*path):
    found = SCHEMA
    for key in path:
        found = found[key]
    return tuple(found["enum"])


@pytest.mark.parametrize(
    ("path", "options"),
    [
        (("properties", "type", "anyOf", 0), words.ACHIEVEMENT_TYPES),
        (("properties", "policy", "properties", "regression"), words.REGRESSIONS),
        (("properties", "quality", "properties", "assessment"), words.ASSESSMENTS),
        (("properties", "quality", "properties", "participation"), words.PARTICIPATIONS),
        (("properties", "quality", "properties", "supervision"), words.SUPERVISIONS),
        (("properties", "quality", "properties", "identity_check"), words.SUPERVISIONS),
        (("properties", "image", "anyOf", 0, "properties", "design", "properties", "shape"), words.SHAPES),
    ],
)
def test_the_words_to_choose_from_are_the_same(path, options):
    assert enum(*path) == options


def test_the_requirements_are_the_same():
    named = [next(iter(variant["properties"])) for variant in SCHEMA["$defs"]["requirement"]["oneOf"]]
    assert tuple(named) == words.GROUPS + words.CONDITIONS
    assert tuple(named[3:]) == words.CONDITIONS


def test_every_object_of_the_schema_is_closed():
    def objects(value):
        if isinstance(value, dict):
            if value.get("type") == "object":
                yield value
            for inner in value.values():
                yield from objects(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from objects(inner)

    assert all(item["additionalProperties"] is False for item in objects(SCHEMA))
