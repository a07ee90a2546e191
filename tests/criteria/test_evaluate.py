"""Single cases of judging, each a thing that went wrong somewhere."""

import decimal
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from microcred_plugin.criteria.document import (
    Certificate,
    Completion,
    CourseGrade,
    CoursePassed,
    Definition,
    Group,
    HeldMicrocredential,
    Manual,
    Milestone,
    Rule,
    SubsectionGrade,
)
from microcred_plugin.criteria.evaluate import evaluate
from microcred_plugin.criteria.verdict import EvidenceLevel, Fact

COURSE = "course-v1:O+C+R"
UUID_1 = UUID(int=1)
NOON, LATER = datetime(2027, 1, 1, 12, tzinfo=UTC), datetime(2027, 1, 2, 12, tzinfo=UTC)


def unit(name, percent=100):
    return Completion(f"block-v1:O+C+R+type@vertical+block@{name}", Decimal(percent))


def done(name, have, of, left=(), at=None):
    key = f"completion:block-v1:O+C+R+type@vertical+block@{name}"
    return {key: Fact(Decimal(have), Decimal(of), left=tuple(left), at=at)}


def node(requirement, evidence):
    milestone = Milestone(key="m", title="M", require=requirement)
    definition = Definition(slug="s", title="S", issuer="O", milestones=(milestone,), award_when=1)
    verdict = evaluate(definition, evidence)
    assert verdict.earned == verdict.milestones[0].earned
    return verdict.milestones[0].node


def every(*of):
    return Group(Rule.ALL, len(of), of)


def at_least(count, *of):
    return Group(Rule.AT_LEAST, count, of)


@pytest.mark.parametrize(
    ("percent", "have", "of", "need", "met"),
    [
        ("100", 5, 5, 5, True),
        ("100", 4, 5, 5, False),
        ("80", 4, 5, 4, True),
        ("80", 3, 4, 4, False),  # 3.2 leaves: the fourth is needed
        ("33.3333", 1, 3, 1, True),
        ("33.3334", 1, 3, 2, False),
        ("1", 0, 5, 1, False),
        ("1", 1, 1000, 10, False),
        ("1", 10, 1000, 10, True),
        ("100", 7, 5, 5, True),  # leaves deleted meanwhile
    ],
)
def test_completion_needs_the_percentage_of_leaves_rounded_up(percent, have, of, need, met):
    found = node(unit("u", percent), done("u", have, of))
    assert (found.met, found.need, found.have) == (met, need, have)


@pytest.mark.parametrize(("have", "of"), [(0, 0), (3, 0), (0, -1), (1, -1), ("NaN", 1), (0, "NaN")])
def test_a_block_with_nothing_to_complete_is_never_complete(have, of):
    found = node(unit("u"), done("u", have, of))
    assert not found.met
    assert 0 <= found.fraction < 1
    assert found.need == 1


@pytest.mark.parametrize(
    ("have", "met", "fraction"),
    [
        ("0.7", True, "1"),
        ("0.69999999999999995559", False, "0.9999"),
        ("0.35", False, "0.5"),
        ("1.2", True, "1"),
        ("0", False, "0"),
    ],
)
def test_a_grade_is_reached_exactly_at_the_minimum_and_not_a_hair_before(have, met, fraction):
    requirement = SubsectionGrade("block-v1:O+C+R+type@sequential+block@s", Decimal("0.70"))
    found = node(requirement, {"subsection_grade:block-v1:O+C+R+type@sequential+block@s": Fact(Decimal(have))})
    assert (found.met, found.fraction) == (met, Decimal(fraction))


def test_the_callers_decimal_context_cannot_make_an_award_early():
    evidence = {f"course_grade:{COURSE}": Fact(Decimal("0.6949999"))}
    with decimal.localcontext(prec=2, rounding=decimal.ROUND_UP):
        found = node(CourseGrade(COURSE, Decimal("0.695")), evidence)
    assert not found.met
    assert found.fraction == Decimal("0.9999")


@pytest.mark.parametrize(
    ("requirement", "key", "level"),
    [
        (unit("u"), "completion:block-v1:O+C+R+type@vertical+block@u", EvidenceLevel.PARTICIPATION),
        (CourseGrade(COURSE, Decimal("0.5")), f"course_grade:{COURSE}", EvidenceLevel.ASSESSED),
        (CoursePassed(COURSE), f"course_passed:{COURSE}", EvidenceLevel.ASSESSED),
        (Certificate(COURSE), f"certificate:{COURSE}", EvidenceLevel.ASSESSED),
        (HeldMicrocredential(UUID_1), f"award:{UUID_1}", EvidenceLevel.PARTICIPATION),
        (Manual("Seen"), "manual:m", EvidenceLevel.VERIFIED),
    ],
)
def test_each_condition_reads_its_own_fact_and_shows_its_own_level(requirement, key, level):
    found = node(requirement, {key: Fact(Decimal(1), at=NOON)})
    assert (found.met, found.level, found.at) == (True, level, NOON)


@pytest.mark.parametrize("level", list(EvidenceLevel))
def test_a_held_microcredential_shows_the_level_it_was_awarded_at(level):
    found = node(HeldMicrocredential(UUID_1), {f"award:{UUID_1}": Fact(Decimal(1), level=level)})
    assert found.level == (level or EvidenceLevel.PARTICIPATION)


def test_an_award_that_is_not_held_any_more_shows_nothing():
    found = node(
        HeldMicrocredential(UUID_1), {f"award:{UUID_1}": Fact(Decimal(0), level=EvidenceLevel.VERIFIED, at=NOON)}
    )
    assert (found.met, found.level, found.at) == (False, EvidenceLevel.NONE, None)


def test_after_the_first_of_two_required_groups_nothing_is_awarded():
    requirement = every(every(unit("a"), unit("b")), every(unit("c"), unit("d")))
    found = node(requirement, done("a", 1, 1) | done("b", 1, 1))
    assert not found.met
    assert found.children[0].met
    assert found.fraction == Decimal("0.5")
    assert (found.have, found.need) == (1, 2)


def test_a_group_counts_towards_its_nearest_way_to_be_met():
    requirement = at_least(2, unit("a"), unit("b"), unit("c"))
    found = node(requirement, done("a", 1, 2) | done("b", 1, 3) | done("c", 1, 4))
    assert found.fraction == Decimal("0.4166")  # (0.5 + 0.3333) / 2, rounded down


def test_a_third_of_three_thirds_is_never_rounded_up_to_all():
    found = node(every(unit("a"), unit("b"), unit("c")), done("a", 1, 1) | done("b", 1, 1) | done("c", 99_999, 100_000))
    assert not found.met
    assert found.fraction == Decimal("0.9999")


def test_what_is_left_is_named_once_in_order_and_not_for_what_is_met():
    requirement = every(unit("a"), unit("b"), at_least(1, unit("c"), unit("d")))
    evidence = (
        done("a", 1, 2, ["x", "y"]) | done("b", 0, 2, ["y", "z"]) | done("c", 1, 1, ["w"]) | done("d", 0, 1, ["v"])
    )
    assert node(requirement, evidence).left == ("x", "y", "z")


def test_a_met_condition_has_nothing_left_though_some_of_the_block_is():
    found = node(unit("a", 50), done("a", 1, 2, ["x"]))
    assert (found.met, found.left) == (True, ())


def test_the_time_of_a_group_is_the_latest_of_what_carries_it():
    requirement = at_least(1, unit("a"), unit("b"))
    assert node(requirement, done("a", 1, 1, at=NOON) | done("b", 1, 2, at=LATER)).at == NOON
    assert node(requirement, done("a", 1, 1, at=NOON) | done("b", 2, 2, at=LATER)).at == LATER
    assert node(requirement, done("a", 1, 2, at=LATER) | done("b", 0, 2, at=NOON)).at == LATER


def test_the_level_of_a_met_group_leaves_out_what_was_not_needed():
    requirement = at_least(1, unit("a"), CourseGrade(COURSE, Decimal("0.9")))
    evidence = done("a", 1, 1) | {f"course_grade:{COURSE}": Fact(Decimal("0.3"))}
    assert node(requirement, evidence).level == EvidenceLevel.PARTICIPATION
    assert node(requirement, evidence | done("a", 0, 1)).level == EvidenceLevel.ASSESSED


@pytest.mark.parametrize("count", [0, -1])
def test_a_group_built_by_hand_without_content_earns_nothing(count):
    assert not node(Group(Rule.ALL, count, ()), {}).met
    assert not node(Group(Rule.ALL, count, (unit("a"),)), {}).met


def test_a_group_that_asks_for_more_than_it_has_is_never_met():
    found = node(at_least(3, unit("a"), unit("b")), done("a", 1, 1) | done("b", 1, 1))
    assert not found.met
    assert found.fraction == Decimal("0.6666")


def test_the_whole_is_earned_by_so_many_milestones_as_it_asks_for():
    milestones = tuple(Milestone(key=key, title=key, require=unit(key)) for key in ("a", "b", "c"))
    definition = Definition(slug="s", title="S", issuer="O", milestones=milestones, award_when=2)
    one = evaluate(definition, done("a", 1, 1) | done("b", 1, 4) | done("c", 1, 2))
    assert (one.earned, one.fraction) == (False, Decimal("0.75"))
    two = evaluate(definition, done("a", 1, 1) | done("c", 2, 2))
    assert (two.earned, two.fraction) == (True, 1)
    assert [item.earned for item in two.milestones] == [True, False, True]


def test_a_manual_confirmation_counts_for_its_own_milestone_only():
    milestones = tuple(Milestone(key=key, title=key, require=Manual("Seen")) for key in ("a", "b"))
    definition = Definition(slug="s", title="S", issuer="O", milestones=milestones, award_when=2)
    verdict = evaluate(definition, {"manual:a": Fact(Decimal(1))})
    assert [item.earned for item in verdict.milestones] == [True, False]


def test_the_units_of_a_fact_reach_the_verdict():
    key = "completion:block-v1:O+C+R+type@vertical+block@u"
    assert node(unit("u"), {key: Fact(Decimal(1), Decimal(3), units=2)}).units == 2
