"""One definition in several runs: relative references become keys, and what must be known is named."""

from decimal import Decimal
from uuid import UUID

import pytest
from criteria_strategies import OTHER, RUN, bound_definitions, definitions, examples
from hypothesis import given

from microcred_plugin.criteria.binding import bind, is_relative, relative_references
from microcred_plugin.criteria.document import (
    Certificate,
    Completion,
    CoursePassed,
    Definition,
    Group,
    HeldMicrocredential,
    Manual,
    Milestone,
    Rule,
    SubsectionGrade,
)
from microcred_plugin.criteria.keys import master_of
from microcred_plugin.criteria.needs import conditions, guaranteed_level, level_of, needs
from microcred_plugin.criteria.parse import dump, parse
from microcred_plugin.criteria.verdict import EvidenceLevel, Need
from microcred_plugin.errors import BadInput


def defined(*requirements, award_when=None):
    milestones = tuple(Milestone(key=f"m{n}", title="M", require=item) for n, item in enumerate(requirements))
    return Definition(slug="s", title="S", issuer="O", milestones=milestones, award_when=award_when or len(milestones))


UNIT, GRADE = Completion("vertical@a"), SubsectionGrade("sequential@b", Decimal("0.5"))
HELD, MANUAL = HeldMicrocredential(UUID(int=7)), Manual("Seen")


@examples(35)
@given(definitions())
def test_binding_is_idempotent_and_what_is_bound_stays_in_its_run(definition):
    bound = bind(definition, RUN)
    assert not is_relative(bound)
    assert bind(bound, OTHER) == bound
    assert bind(bound, None) == bound
    assert parse(dump(bound)) == bound


@examples(25)
@given(bound_definitions)
def test_a_definition_without_relative_references_needs_no_run(definition):
    assert not is_relative(definition)
    assert bind(definition, None) is definition


@examples(25)
@given(definitions())
def test_every_need_of_a_bound_definition_is_a_stored_key(definition):
    for need in needs(bind(definition, RUN)):
        assert "home" not in need.ref.split(":")
        assert need.kind in {kind for kind, *_ in KINDS}
        assert len(need.evidence_key) <= 320


KINDS = [
    ("completion", EvidenceLevel.PARTICIPATION),
    ("subsection_grade", EvidenceLevel.ASSESSED),
    ("course_grade", EvidenceLevel.ASSESSED),
    ("course_passed", EvidenceLevel.ASSESSED),
    ("certificate", EvidenceLevel.ASSESSED),
    ("award", EvidenceLevel.PARTICIPATION),
    ("manual", EvidenceLevel.VERIFIED),
]


@pytest.mark.parametrize(("kind", "level"), KINDS)
def test_each_kind_of_fact_has_its_level(kind, level):
    assert level_of(kind) == level


@pytest.mark.parametrize(
    ("run", "block", "course"),
    [
        ("course-v1:A+B+C", "block-v1:A+B+C+type@vertical+block@a", "course-v1:A+B+C"),
        ("ccx-v1:A+B+C+ccx@3", "ccx-block-v1:A+B+C+ccx@3+type@vertical+block@a", "ccx-v1:A+B+C+ccx@3"),
    ],
)
def test_relative_references_become_keys_of_the_run(run, block, course):
    bound = bind(defined(UNIT, CoursePassed("home"), Certificate(OTHER)), run)
    assert [item.require for item in bound.milestones] == [
        Completion(block),
        CoursePassed(course),
        Certificate(OTHER),
    ]


def test_without_a_run_every_relative_reference_is_named():
    definition = defined(Group(Rule.AT_LEAST, 1, (CoursePassed(OTHER), GRADE)), CoursePassed("home"))
    with pytest.raises(BadInput, match="Name the run") as caught:
        bind(definition, None)
    assert "milestones[0].require.at_least.of[1].subsection_grade.block (sequential@b)" in str(caught.value)
    assert "milestones[1].require.course_passed.course (home)" in str(caught.value)
    assert len(list(relative_references(definition))) == 2


@pytest.mark.parametrize(
    "run", ["", "home", "A/B/C", "course-v1:A+B", "library-v1:A+B", "course-v1:A+B+C+branch@draft"]
)
def test_what_is_no_course_run_cannot_be_bound_to(run):
    with pytest.raises(BadInput, match="is not a course run"):
        bind(defined(UNIT), run)


def test_a_key_that_the_platform_could_not_store_is_refused():
    with pytest.raises(BadInput, match="longer than"):
        bind(defined(Completion("vertical@" + "x" * 140)), "course-v1:" + "o" * 60 + "+" + "c" * 40 + "+" + "r" * 40)


def test_a_block_built_by_hand_that_no_course_can_hold_is_refused():
    with pytest.raises(BadInput, match="names no block"):
        bind(defined(Completion("vertical@a b")), RUN)


def test_needs_names_each_fact_once_and_manual_by_milestone():
    found = needs(bind(defined(Group(Rule.ALL, 3, (UNIT, UNIT, MANUAL)), HELD), RUN))
    assert found == {
        Need("completion", "block-v1:Org+Course+Run+type@vertical+block@a"),
        Need("manual", "m0"),
        Need("award", str(UUID(int=7))),
    }


def test_conditions_are_listed_in_reading_order_with_their_paths():
    tree = Group(Rule.ALL, 2, (Group(Rule.AT_LEAST, 1, (UNIT, HELD)), Group(Rule.ANY, 1, (MANUAL,))))
    assert list(conditions(tree)) == [
        ("all[0].at_least.of[0].completion", UNIT),
        ("all[0].at_least.of[1].microcredential", HELD),
        ("all[1].any[0].manual", MANUAL),
    ]
    assert list(conditions(UNIT, "milestones[0].require")) == [("milestones[0].require.completion", UNIT)]


@pytest.mark.parametrize(
    ("requirement", "level"),
    [
        (UNIT, "PARTICIPATION"),
        (HELD, "PARTICIPATION"),
        (GRADE, "ASSESSED"),
        (MANUAL, "VERIFIED"),
        (Group(Rule.ALL, 2, (UNIT, GRADE)), "ASSESSED"),
        (Group(Rule.ANY, 1, (UNIT, GRADE)), "PARTICIPATION"),
        (Group(Rule.ANY, 1, (MANUAL, GRADE)), "ASSESSED"),
        (Group(Rule.AT_LEAST, 2, (UNIT, GRADE, MANUAL)), "ASSESSED"),
        (Group(Rule.AT_LEAST, 2, (UNIT, UNIT, MANUAL)), "PARTICIPATION"),
        (Group(Rule.ALL, 2, (UNIT, Group(Rule.ANY, 1, (MANUAL, UNIT)))), "PARTICIPATION"),
        (Group(Rule.AT_LEAST, 3, (MANUAL,)), "NONE"),
    ],
)
def test_the_guaranteed_level_is_that_of_the_weakest_way(requirement, level):
    assert guaranteed_level(defined(requirement)) == EvidenceLevel[level]


def test_the_guaranteed_level_of_the_whole_depends_on_how_many_milestones_it_takes():
    assert guaranteed_level(defined(UNIT, GRADE, award_when=1)) == EvidenceLevel.PARTICIPATION
    assert guaranteed_level(defined(UNIT, GRADE, award_when=2)) == EvidenceLevel.ASSESSED


CCX = "ccx-v1:Org+Course+Run+ccx@7"
MASTER = "block-v1:Org+Course+Run+type@vertical+block@a"
ELSEWHERE = "block-v1:Org+Other+Run+type@vertical+block@a"


def test_in_a_coachs_course_everything_of_its_master_is_asked_of_it() -> None:
    requirements = [
        {"completion": {"block": "vertical@a"}},
        {"completion": {"block": MASTER}},
        {"completion": {"block": ELSEWHERE}},
        {"course_passed": {"course": "course-v1:Org+Course+Run"}},
        {"certificate": {"course": "home"}},
    ]
    document = {
        "format": "microcredential/1",
        "slug": "x",
        "title": "X",
        "issuer": "Org",
        "milestones": [{"key": "m", "title": "M", "require": {"all": requirements}}],
    }
    found = {need.evidence_key for need in needs(bind(parse(document), CCX))}
    assert found == {
        "completion:ccx-block-v1:Org+Course+Run+ccx@7+type@vertical+block@a",
        f"completion:{ELSEWHERE}",
        f"course_passed:{CCX}",
        f"certificate:{CCX}",
    }


def test_a_run_that_is_no_coachs_course_is_its_own_master() -> None:
    assert master_of(CCX) == "course-v1:Org+Course+Run"
    for run in ("course-v1:Org+Course+Run", "course-v1:ccx+at+x", "", "ccx-v1:broken"):
        assert master_of(run) == run
