"""Documents: what is accepted, what is refused, where, and with which remedy."""

import copy
import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from criteria_strategies import HOSTILE, documents, examples, full_definitions, json_like, mutated
from hypothesis import given
from hypothesis import strategies as st

from microcred_plugin.criteria.digest import digest
from microcred_plugin.criteria.document import Completion, Definition, Group, Rule
from microcred_plugin.criteria.parse import dump, parse, read
from microcred_plugin.errors import BadInput, InvalidDefinition

UNIT = {"completion": {"block": "vertical@u1"}}


def document(**members):
    milestone = {"key": "one", "title": "One", "require": copy.deepcopy(UNIT)}
    return {
        "format": "microcredential/1",
        "slug": "small",
        "title": "Small",
        "issuer": "OpenedX",
        "milestones": [milestone],
    } | members


def requiring(requirement):
    return document(milestones=[{"key": "one", "title": "One", "require": requirement}])


def problems(value):
    with pytest.raises(InvalidDefinition) as caught:
        parse(value)
    return {problem.path: problem for problem in caught.value.problems}


@examples(35)
@given(full_definitions())
def test_what_is_dumped_is_parsed_back_to_the_same(definition):
    assert parse(dump(definition)) == definition
    assert dump(parse(dump(definition))) == dump(definition)


@examples(35)
@given(documents())
def test_defaults_may_be_left_out_and_are_written_out(written):
    definition = parse(written)
    assert dump(definition).keys() >= written.keys()
    assert parse(dump(definition)) == definition


def refusal(function, value):
    """Return our own error, None when there is none; any other error goes through and fails the test."""
    try:
        function(value)
    except (InvalidDefinition, BadInput) as error:
        return error
    return None


@examples(50)
@given(json_like)
def test_any_value_at_all_raises_nothing_but_our_error(value):
    assert refusal(parse, value).problems


@examples(35)
@given(mutated(hostile=[*HOSTILE, 10**5000, float("nan"), b"bytes", object(), {1, 2}, "\ud800"]))
def test_a_document_with_something_hostile_in_it_raises_nothing_but_our_error(value):
    error = refusal(parse, value)
    if error is None:
        definition = parse(value)
        assert parse(dump(definition)) == definition
        assert digest(dump(definition))
    else:
        assert all(problem.message.endswith((".", "?")) for problem in error.problems), str(error)


def test_a_document_that_contains_itself_is_refused():
    requirement = {"all": []}
    requirement["all"].append(requirement)
    assert "Flatten" in "".join(problem.message for problem in problems(requiring(requirement)).values())


def test_a_few_lists_that_stand_for_millions_are_refused_quickly():
    requirement = UNIT
    for _ in range(8):
        requirement = {"all": [requirement] * 60}
    assert any(problem.code == "too-large" for problem in problems(requiring(requirement)).values())


def test_a_hundred_thousand_wrong_names_are_reported_as_a_hundred():
    with pytest.raises(InvalidDefinition) as caught:
        parse(document() | {f"name-{number}": 1 for number in range(100_000)})
    assert len(caught.value.problems) == 100


def test_all_problems_are_reported_at_once_each_with_its_path():
    broken = document(slug="Not A Slug", titel="x")
    broken["milestones"][0]["require"] = {"all": [UNIT, {"completion": {"block": "u1", "percent": 0}}]}
    del broken["issuer"]
    assert set(problems(broken)) == {
        "slug",
        "titel",
        "issuer",
        "milestones[0].require.all[1].completion.block",
        "milestones[0].require.all[1].completion.percent",
    }


@pytest.mark.parametrize(
    ("members", "path", "code", "remedy"),
    [
        ({"format": "microcredential/2"}, "format", "invalid-value", "microcredential/1"),
        ({"titel": "x"}, "titel", "unknown-key", "Did you mean title?"),
        ({"title": ""}, "title", "invalid-value", "must not be empty"),
        ({"title": " \t"}, "title", "invalid-value", "control character"),
        ({"title": "x" * 256}, "title", "invalid-value", "at most 255"),
        ({"title": "a\x00b"}, "title", "invalid-value", "Remove it"),
        ({"title": "a\u202eb"}, "title", "invalid-value", "Remove it"),
        ({"title": "a\ud800"}, "title", "invalid-value", "Remove it"),
        ({"title": None}, "title", "invalid-value", "must be text, not null"),
        ({"title": 3}, "title", "invalid-value", "Put it in quotes"),
        ({"slug": "a--b"}, "slug", "invalid-value", "lower-case letters"),
        ({"slug": "a\n"}, "slug", "invalid-value", "lower-case letters"),
        ({"slug": "x" * 101}, "slug", "invalid-value", "lower-case letters"),
        ({"issuer": "a/b"}, "issuer", "invalid-value", "short name"),
        ({"language": False}, "language", "invalid-value", '"en"'),
        ({"type": "Microcredential"}, "type", "invalid-value", "Did you mean MicroCredential?"),
        ({"type": "ext:"}, "type", "invalid-value", "ext:"),
        ({"stackable": "yes"}, "stackable", "invalid-value", "without quotes"),
        ({"stackable": 1}, "stackable", "invalid-value", "true or false"),
        ({"milestones": []}, "milestones", "empty-group", "Add a milestone"),
        ({"milestones": {}}, "milestones", "invalid-value", "must be a list"),
        ({"milestones": [3]}, "milestones[0]", "invalid-value", "must be a mapping"),
        ({"award_when": {"at_least": 2}}, "award_when.at_least", "count-too-large", "Lower it"),
        ({"award_when": {"at_least": True}}, "award_when.at_least", "invalid-value", "whole number"),
        ({"award_when": {}}, "award_when.at_least", "missing-key", "Add it"),
        ({"award_when": "any"}, "award_when", "invalid-value", '"all"'),
        ({"image": {"file": "a.svg", "design": {}}}, "image.file", "invalid-value", "Keep one"),
        ({"image": {"file": "../a.svg"}}, "image.file", "invalid-value", "badge.svg"),
        ({"image": {"file": "javascript:a.svg"}}, "image.file", "invalid-value", "badge.svg"),
        ({"image": {"design": {"colour": "#00f"}}}, "image.design.colour", "invalid-value", "#0b5cad"),
        ({"image": {"design": {"shape": "hexagone"}}}, "image.design.shape", "invalid-value", "Did you mean hexagon?"),
        ({"image": {"design": {"color": "#000000"}}}, "image.design.color", "unknown-key", "Did you mean colour?"),
        ({"eligibility": {"modes": []}}, "eligibility.modes", "empty-group", '"any"'),
        ({"eligibility": {"modes": ["a", "a"]}}, "eligibility.modes[1]", "invalid-value", "once"),
        ({"eligibility": {"modes": "verified"}}, "eligibility.modes", "invalid-value", "must be a list"),
        ({"window": {"opens": "2027-01-01T00:00:00"}}, "window.opens", "invalid-value", "with its offset"),
        ({"window": {"opens": "2027-02-30T00:00:00Z"}}, "window.opens", "invalid-value", "with its offset"),
        ({"window": {"opens": "0001-01-01T00:00:00+14:00"}}, "window.opens", "invalid-value", "with its offset"),
        ({"window": {"opens": "2027-01-02T00:00Z", "closes": "2027-01-02T02:00+02:00"}}, "window.closes",
         "invalid-value", "not after opens"),
        ({"policy": {"grace_days": -1}}, "policy.grace_days", "invalid-value", "from 0 to 3650"),
        ({"policy": {"expires_after_months": 0}}, "policy.expires_after_months", "invalid-value", "from 1 to 1200"),
        ({"policy": {"grace_days": 10**5000}}, "policy.grace_days", "invalid-value", "a huge number"),
        ({"quality": {"workload_hours": 1.5}}, "quality.workload_hours", "invalid-value", "in quotes"),
        ({"quality": {"workload_hours": 0}}, "quality.workload_hours", "invalid-value", "above 0"),
        ({"quality": {"ects": "0.0"}}, "quality.ects", "invalid-value", "above 0"),
        ({"quality": {"eqf_level": 9}}, "quality.eqf_level", "invalid-value", "from 1 to 8"),
        ({"quality": {"outcomes": [""]}}, "quality.outcomes[0]", "invalid-value", "not be empty"),
        ({"quality": {"outcomes": ["x"] * 51}}, "quality.outcomes", "invalid-value", "at most 50"),
        ({"skills": [{"uri": "http://a.example"}]}, "skills[0].name", "missing-key", "Add it"),
        ({"skills": [{"name": "x", "uri": "javascript:x"}]}, "skills[0].uri", "invalid-value", "http"),
        ({3: 4}, "", "unknown-key", "keys must be text"),
    ],
)  # fmt: skip
def test_a_wrong_member_is_named_with_its_remedy(members, path, code, remedy):
    found = problems(document(**{k: v for k, v in members.items() if isinstance(k, str)}) | members)
    assert list(found) == [path]
    assert found[path].code == code
    assert remedy in found[path].message


@pytest.mark.parametrize(
    ("requirement", "path", "code", "remedy"),
    [
        ({}, "", "invalid-value", "exactly one of all, any"),
        (UNIT | {"manual": {"prompt": "x"}}, "", "invalid-value", "exactly one"),
        ([UNIT], "", "invalid-value", "not a list"),
        ({"compltion": {}}, "", "unknown-key", "Did you mean completion?"),
        ({7: {}}, "", "unknown-key", "is not a requirement"),
        ({"all": []}, ".all", "empty-group", "nothing may be earned by doing nothing"),
        ({"any": None}, ".any", "invalid-value", "must be a list"),
        ({"at_least": {"count": 1, "of": []}}, ".at_least.of", "empty-group", "Add a requirement"),
        ({"at_least": {"count": 2, "of": [UNIT]}}, ".at_least.count", "count-too-large", "asks for 2 of 1"),
        ({"at_least": {"count": 0, "of": [UNIT]}}, ".at_least.count", "invalid-value", "from 1"),
        ({"at_least": {"count": True, "of": [UNIT]}}, ".at_least.count", "invalid-value", "whole number"),
        ({"at_least": {"of": [UNIT]}}, ".at_least.count", "missing-key", "Add it"),
        ({"at_least": {"count": 1}}, ".at_least.of", "missing-key", "Add it"),
        ({"completion": {}}, ".completion.block", "missing-key", "Add it"),
        ({"completion": {"block": "vertical"}}, ".completion.block", "invalid-value", "type@id"),
        ({"completion": {"block": "vertical@a b"}}, ".completion.block", "invalid-value", "type@id"),
        ({"completion": {"block": "i4x://a/b/vertical/c"}}, ".completion.block", "invalid-value", "type@id"),
        ({"completion": {"block": "block-v1:a+b+c+branch@draft+type@x+block@y"}}, ".completion.block",
         "invalid-value", "full key"),
        ({"completion": {"block": "vertical@" + "x" * 200}}, ".completion.block", "invalid-value", "longer than"),
        ({"completion": {"block": "vertical@a", "percent": 101}}, ".completion.percent", "invalid-value", "1 to 100"),
        ({"completion": {"block": "vertical@a", "percent": True}}, ".completion.percent", "invalid-value", "not true."),
        ({"completion": {"block": "vertical@a", "percent": 87.5}}, ".completion.percent", "invalid-value", "quotes"),
        ({"completion": {"block": "vertical@a", "minimum": "1"}}, ".completion.minimum",
         "unknown-key", "block, percent"),
        ({"subsection_grade": {"block": "sequential@a", "minimum": 0.7}}, ".subsection_grade.minimum",
         "invalid-value", "in quotes"),
        ({"subsection_grade": {"block": "sequential@a", "minimum": "0"}}, ".subsection_grade.minimum",
         "invalid-value", "above 0"),
        ({"course_grade": {"course": "home", "minimum": "70"}}, ".course_grade.minimum", "invalid-value", "for 70 %"),
        ({"course_grade": {"course": "home", "minimum": 70}}, ".course_grade.minimum", "invalid-value", "for 70 %"),
        ({"course_passed": {"course": "Org/Course/Run"}}, ".course_passed.course", "invalid-value", "course-v1:"),
        ({"certificate": {"course": "course-v1:a+b"}}, ".certificate.course", "invalid-value", '"home"'),
        ({"microcredential": {"uuid": "1"}}, ".microcredential.uuid", "invalid-value", "uuid"),
        ({"manual": {"prompt": " "}}, ".manual.prompt", "invalid-value", "must not be empty"),
        ({"all": [{"manual": {"prompt": "a"}}, {"manual": {"prompt": "b"}}]}, ".all[1].manual",
         "invalid-value", "at most one"),
        ({"all": [{"any": [UNIT, {"completion": {"block": "?"}}]}]}, ".all[0].any[1].completion.block",
         "invalid-value", "type@id"),
    ],
)  # fmt: skip
def test_a_wrong_requirement_is_named_with_its_remedy(requirement, path, code, remedy):
    found = problems(requiring(requirement))
    assert list(found) == [f"milestones[0].require{path}"]
    (problem,) = found.values()
    assert problem.code == code
    assert remedy in problem.message


def test_a_milestone_key_that_occurs_twice_is_refused():
    twice = document()
    twice["milestones"].append(copy.deepcopy(twice["milestones"][0]))
    found = problems(twice)
    assert found["milestones[1].key"].code == "duplicate-key"
    assert "milestones[0]" in found["milestones[1].key"].message


def test_groups_nest_to_a_depth_and_no_further():
    def nested(depth):
        return UNIT if depth == 0 else {"any": [nested(depth - 1)]}

    parse(requiring(nested(8)))
    (problem,) = problems(requiring(nested(9))).values()
    assert "nested deeper than 8" in problem.message


def test_the_number_of_requirements_is_bounded():
    parse(requiring({"all": [UNIT] * 499}))
    (problem,) = problems(requiring({"all": [UNIT] * 500})).values()
    assert "more than 500 requirements" in problem.message


@pytest.mark.parametrize("value", [None, [], "text", 3, object()])
def test_what_is_no_mapping_is_one_problem(value):
    assert list(problems(value)) == [""]


def test_the_smallest_document_has_the_defaults():
    definition = parse(document())
    assert definition == Definition(
        slug="small",
        title="Small",
        issuer="OpenedX",
        milestones=definition.milestones,
        award_when=1,
    )
    assert definition.milestones[0].require == Completion("vertical@u1", Decimal(100))


def test_numbers_and_times_have_one_canonical_form():
    one = document(window={"opens": "2027-01-01T02:00+02:00"}, quality={"workload_hours": "12.0", "ects": "1.50"})
    two = document(window={"opens": "2027-01-01T00:00:00.000Z"}, quality={"workload_hours": 12, "ects": "1.5"})
    assert digest(dump(parse(one))) == digest(dump(parse(two)))
    assert parse(one).window.opens == datetime(2027, 1, 1, tzinfo=UTC)
    assert dump(parse(one))["quality"]["workload_hours"] == 12
    assert dump(parse(one))["quality"]["ects"] == "1.5"


def test_all_any_and_at_least_are_kept_as_they_were_written():
    for written, group in [
        ({"all": [UNIT, UNIT]}, (Rule.ALL, 2)),
        ({"any": [UNIT, UNIT]}, (Rule.ANY, 1)),
        ({"at_least": {"count": 2, "of": [UNIT, UNIT]}}, (Rule.AT_LEAST, 2)),
    ]:
        definition = parse(requiring(written))
        found = definition.milestones[0].require
        assert isinstance(found, Group)
        assert (found.rule, found.count) == group
        assert list(dump(definition)["milestones"][0]["require"]) == list(written)


def test_the_digest_depends_on_what_is_said_and_on_nothing_else():
    written = dump(parse(document()))
    assert re.fullmatch("[0-9a-f]{64}", digest(written))
    assert digest(dict(reversed(written.items()))) == digest(written)
    assert digest(written | {"title": "Other"}) != digest(written)


@examples(50)
@given(st.text() | st.text("{}[]:,-&*!?|>'\"%@# \n\tab1.~<", max_size=40))
def test_any_text_at_all_raises_nothing_but_our_error(text):
    error = refusal(read, text)
    assert str(error) if error else isinstance(read(text), dict)
