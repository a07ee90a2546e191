"""The linter: each finding for what it is about, and silence about what is well."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from criteria_strategies import HOSTILE, RUN, documents, examples, full_definitions, mutated
from hypothesis import given
from hypothesis import strategies as st

from microcred_plugin.criteria.checks import check, findings_of
from microcred_plugin.criteria.document import (
    Certificate,
    Completion,
    CourseGrade,
    CoursePassed,
    Definition,
    Group,
    Manual,
    Milestone,
    Quality,
    Rule,
    SubsectionGrade,
    Window,
)
from microcred_plugin.criteria.parse import parse
from microcred_plugin.data import Finding, Severity
from microcred_plugin.errors import InvalidDefinition
from microcred_plugin.structure.outline import Leaf, OutlineItem

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def key(ref):
    kind, name = ref.split("@")
    return f"block-v1:Org+Course+Run+type@{kind}+block@{name}"


def item(ref, **members):
    kind = ref.split("@")[0]
    values = {"parent": None, "leaves": Leaf(key(ref)), "size": 3, "types": ("html", "problem")} | members
    return OutlineItem(key=key(ref), type=kind, title=ref.split("@")[1].upper(), **values)


COURSE = [
    item("vertical@good"),
    item("sequential@graded", graded=True),
    item("sequential@plain"),
    item("vertical@empty", leaves=None, size=0, types=()),
    item("vertical@hidden", staff_only=True, leaves=None, size=0, types=()),
    item("vertical@cohorts", per_learner=True),
    item("vertical@silent", types=("html", "lti", "scorm")),
    item("vertical@late", due=NOW - timedelta(days=1)),
    item("vertical@soon", due=NOW + timedelta(days=1)),
]


def definition(*requirements, **members):
    milestones = tuple(Milestone(key=f"m{n}", title="M", require=one) for n, one in enumerate(requirements))
    values = {"slug": "s", "title": "S", "issuer": "O", "award_when": len(milestones)} | members
    return Definition(milestones=milestones, **values)


def look(checked, *, run=RUN, items=COURSE, courses=(RUN,), **members):
    known = {one.key: one for one in items}
    return check(
        checked,
        run=run,
        lookup=known.get,
        course_exists=lambda course: course in courses,
        candidates=lambda course: [one for one in known if course == RUN],
        silent_types={"lti", "scorm"},
        now=NOW,
        **members,
    )


def only(findings):
    (finding,) = findings
    assert isinstance(finding, Finding)
    return finding


@pytest.mark.parametrize(
    "requirement",
    [
        Completion("vertical@good"),
        Completion("vertical@soon"),
        Completion(key("vertical@good")),
        SubsectionGrade("sequential@graded", Decimal("0.7")),
        CoursePassed("home"),
        Manual("Seen"),
    ],
)
def test_what_is_well_is_passed_over_in_silence(requirement):
    assert look(definition(requirement)) == ()


@pytest.mark.parametrize(
    ("requirement", "severity", "code", "end", "says"),
    [
        (Completion("vertical@empty"), "error", "no-leaves", "completion.block", "nobody can meet"),
        (Completion("vertical@gone"), "error", "unknown-block", "completion.block", "deleted"),
        (Completion("sequential@good"), "error", "unknown-block", "completion.block", "Did you mean vertical@good?"),
        (Completion("vertical@cohort"), "error", "unknown-block", "completion.block", "vertical@cohorts"),
        (Completion("block-v1:X+Y+Z+type@vertical+block@a"), "error", "unknown-course", "completion.block", "X+Y+Z"),
        (SubsectionGrade("vertical@good", Decimal("0.5")), "error", "not-a-subsection", "subsection_grade.block", "in"),
        (CoursePassed("course-v1:X+Y+Z"), "error", "unknown-course", "course_passed.course", "X+Y+Z"),
        (CourseGrade("course-v1:X+Y+Z", Decimal("0.5")), "error", "unknown-course", "course_grade.course", "X+Y+Z"),
        (Certificate("course-v1:X+Y+Z"), "error", "unknown-course", "certificate.course", "X+Y+Z"),
        (SubsectionGrade("sequential@plain", Decimal("0.5")), "warning", "subsection-not-graded",
         "subsection_grade.block", "not graded"),
        (Completion("vertical@hidden"), "warning", "staff-only", "completion.block", "staff only"),
        (Completion("vertical@cohorts"), "warning", "per-learner-content", "completion.block", "differs"),
        (Completion("vertical@silent"), "warning", "silent-blocks", "completion.block", "(lti, scorm)"),
        (Completion("vertical@late"), "warning", "past-due", "completion.block", "2026-12-31"),
    ],
)  # fmt: skip
def test_each_fault_is_found_at_its_place(requirement, severity, code, end, says):
    finding = only(look(definition(requirement)))
    assert (finding.severity, finding.code, finding.path) == (severity, code, f"milestones[0].require.{end}")
    assert says in finding.message


def test_without_a_run_what_is_relative_is_an_error_and_the_rest_is_still_looked_at():
    checked = definition(Completion("vertical@good"), CoursePassed("home"), Completion(key("vertical@empty")))
    assert [(one.code, one.path) for one in look(checked, run=None)] == [
        ("relative-without-run", "milestones[0].require.completion.block"),
        ("relative-without-run", "milestones[1].require.course_passed.course"),
        ("no-leaves", "milestones[2].require.completion.block"),
    ]


def test_a_run_that_is_none_is_an_error_of_its_own():
    findings = look(definition(Completion("vertical@good"), Completion(key("vertical@empty"))), run="nonsense")
    assert [one.code for one in findings] == ["invalid-run", "no-leaves"]


def test_errors_come_first_and_each_kind_in_the_order_of_the_document():
    checked = definition(Completion("vertical@late"), Completion("vertical@gone"), Completion("vertical@empty"))
    assert [one.code for one in look(checked)] == ["unknown-block", "no-leaves", "past-due"]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (definition(Group(Rule.ALL, 1, ())), "empty-group"),
        (definition(Group(Rule.AT_LEAST, 3, (Manual("a"),))), "count-too-large"),
        (definition(Manual("a"), award_when=2), "count-too-large"),
        (definition(), "empty-group"),
    ],
)
def test_what_no_document_can_say_is_found_in_what_was_built_by_hand(broken, code):
    assert code in {one.code for one in look(broken) if one.severity == Severity.ERROR}


def test_two_milestones_of_one_key_are_an_error():
    checked = definition(Manual("a"), Manual("b"))
    twice = replace(checked, milestones=(checked.milestones[0], checked.milestones[0]))
    assert only(look(twice)).code == "duplicate-key"


def test_a_circle_of_microcredentials_is_named():
    finding = only(look(definition(Manual("a")), cycles=[("O/s", "O/t", "O/s")]))
    assert (finding.severity, finding.code) == ("error", "cycle")
    assert "O/s → O/t → O/s" in finding.message


def test_a_block_listed_twice_in_one_milestone_is_pointed_at_but_not_in_two():
    unit, same = Completion("vertical@good"), Completion("vertical@good", Decimal(50))
    finding = only(look(definition(Group(Rule.AT_LEAST, 2, (unit, Manual("a"), same)))))
    assert (finding.severity, finding.code) == ("warning", "listed-twice")
    assert finding.path == "milestones[0].require.at_least.of[2].completion"
    assert "milestones[0].require.at_least.of[0].completion" in finding.message
    assert look(definition(unit, same)) == ()


@pytest.mark.parametrize("claim", ["graded", "proctored"])
def test_a_claim_that_the_requirement_cannot_show_is_pointed_at(claim):
    completion, grade = Completion("vertical@good"), SubsectionGrade("sequential@graded", Decimal("0.5"))
    quality = Quality(assessment=claim)
    weak = definition(Group(Rule.ANY, 1, (completion, grade)), quality=quality)
    assert (only(look(weak)).code, only(look(weak)).path) == ("assessment-not-shown", "quality.assessment")
    assert look(definition(Group(Rule.ALL, 2, (completion, grade)), quality=quality)) == ()
    assert look(definition(completion, quality=Quality(assessment="ungraded"))) == ()


def test_a_window_that_has_closed_is_pointed_at():
    closed = definition(Manual("a"), window=Window(closes=NOW))
    assert (only(look(closed)).code, only(look(closed)).path) == ("window-closed", "window.closes")
    assert look(definition(Manual("a"), window=Window(closes=NOW + timedelta(seconds=1)))) == ()


def test_a_hundred_unknown_blocks_in_a_large_course_are_found_in_a_moment():
    items = [item(f"vertical@{number:032x}") for number in range(3_000)]
    checked = definition(Group(Rule.ALL, 100, tuple(Completion(f"vertical@{2**100 + n:032x}") for n in range(100))))
    assert {one.code for one in look(checked, items=items)} == {"unknown-block"}


@examples(35)
@given(full_definitions(), st.sampled_from([RUN, None, "nonsense"]), st.lists(st.sampled_from(COURSE)))
def test_whatever_is_checked_the_linter_answers_in_sentences(checked, run, items):
    for finding in look(checked, run=run, items=items):
        assert finding.message.endswith(".")
        assert finding.code == finding.code.lower().replace("_", "-")


@examples(25)
@given(documents() | mutated(hostile=HOSTILE))
def test_the_problems_of_a_document_become_findings(document):
    try:
        parse(document)
    except InvalidDefinition as error:
        problems = error.problems
        found = findings_of(error)
    else:
        problems, found = (), ()
    assert [(one.path, one.message) for one in found] == [(one.path, one.message) for one in problems]
    assert all(one.severity == Severity.ERROR for one in found)
