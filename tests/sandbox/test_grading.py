"""Grades from scores: policies with weights, drops and minimums, banks, and courses without a policy."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from microcred_plugin.sandbox import content, grading
from microcred_plugin.sandbox.content import Node
from microcred_plugin.sandbox.models import SandboxBlock, Score

AT = datetime(2026, 1, 2, tzinfo=UTC)


def tree(*rows: tuple[str, str, str, Mapping[str, Any]]) -> Node:
    """A course of (type, name, parent, fields); nothing is stored."""
    made = [
        SandboxBlock(key=name, type=kind, parent_key=parent, position=place, fields=dict(fields))
        for place, (kind, name, parent, fields) in enumerate([("course", "course", "", {}), *rows])
    ]
    root = content.tree(made)
    assert root is not None
    return root


def subsection(name: str, points: Mapping[str, str], **fields: Any) -> list[tuple[str, str, str, Mapping[str, Any]]]:
    problems = [("problem", problem, name, {"max_score": worth}) for problem, worth in points.items()]
    return [("sequential", name, "course", fields), *problems]


def scores(**earned: tuple[str, str]) -> dict[str, Score]:
    return {
        name: Score(block_key=name, earned=Decimal(have), possible=Decimal(of), modified=AT)
        for name, (have, of) in earned.items()
    }


QUIZ: dict[str, Any] = {"graded": True, "format": "Quiz"}
EXAM: dict[str, Any] = {"graded": True, "format": "Exam"}
COURSE = tree(
    *subsection("s1", {"a": "1", "b": "3"}, **QUIZ),
    *subsection("s2", {"c": "1"}, **QUIZ),
    *subsection("s3", {"d": "10"}, **EXAM),
    *subsection("s4", {"e": "1"}),
)
POLICY: dict[str, Any] = {
    "GRADER": [{"type": "Quiz", "weight": 0.4}, {"type": "Exam", "weight": 0.6}],
    "GRADE_CUTOFFS": {"A": 0.9, "Pass": 0.5},
}


def grade(policy: Mapping[str, Any], root: Node = COURSE, **earned: tuple[str, str]) -> tuple[Decimal, bool]:
    result = grading.course_grade(root, policy, scores(**earned))
    assert result is not None
    return result.fraction, result.passed


def test_a_subsection_is_what_was_earned_of_all_it_has_to_give() -> None:
    node = next(node for node in COURSE.walk() if node.key == "s1")
    result = grading.subsection_grade(node, scores(b=("3", "3")))

    assert result is not None
    assert (result.fraction, result.at) == (Decimal("0.75"), AT)


def test_without_an_attempt_there_is_no_grade() -> None:
    node = next(node for node in COURSE.walk() if node.key == "s1")

    assert grading.subsection_grade(node, scores(d=("1", "10"))) is None
    assert grading.course_grade(COURSE, POLICY, {}) is None


def test_a_course_weighs_its_formats_and_what_was_not_tried_counts_nothing() -> None:
    assert grade(POLICY, a=("1", "1"), b=("3", "3"), c=("1", "1")) == (Decimal("0.4"), False)
    assert grade(POLICY, a=("1", "1"), b=("3", "3"), d=("5", "10")) == (Decimal("0.5"), True)


def test_ungraded_subsections_do_not_count_under_a_policy() -> None:
    assert grade(POLICY, e=("1", "1")) == (Decimal(0), False)


def test_the_lowest_are_dropped_and_missing_ones_count_as_zero() -> None:
    dropping = {"GRADER": [{"type": "Quiz", "weight": 1, "drop_count": 1, "min_count": 2}]}
    missing = {"GRADER": [{"type": "Quiz", "weight": 1, "drop_count": 0, "min_count": 4}]}

    assert grade(dropping, c=("1", "1"))[0] == 1
    assert grade(missing, a=("1", "1"), b=("3", "3"), c=("1", "1"))[0] == Decimal("0.5")


def test_the_lowest_cutoff_passes_exactly_at_it() -> None:
    assert grade(POLICY, a=("1", "1"), b=("3", "3"), d=("5", "10"))[1]
    assert not grade(POLICY, a=("1", "1"), b=("3", "3"), d=("4.99", "10"))[1]


def test_without_a_policy_the_graded_subsections_count_alike() -> None:
    assert grade({}, a=("1", "1"), b=("3", "3"), c=("1", "1")) == (Decimal("0.6666"), True)


def test_without_anything_graded_all_that_can_be_scored_counts() -> None:
    root = tree(*subsection("s1", {"a": "1"}), *subsection("s2", {"b": "1"}))

    assert grade({}, root, a=("1", "1")) == (Decimal("0.5"), True)


def test_nobody_passes_with_nothing_even_when_the_cutoff_is_zero() -> None:
    assert grade({"GRADE_CUTOFFS": {"Pass": 0}}, a=("0", "1")) == (Decimal(0), False)


@pytest.mark.parametrize(("max_count", "fraction"), [(2, "0.5"), (-1, "0.25"), (1, "1")])
def test_a_bank_counts_as_many_as_a_learner_is_given_those_tried_first(max_count: int, fraction: str) -> None:
    bank = ("library_content", "bank", "s1", {"max_count": max_count})
    problems = [("problem", name, "bank", {"max_score": "1"}) for name in "wxyz"]
    root = tree(("sequential", "s1", "course", QUIZ), bank, *problems)
    result = grading.subsection_grade(root.children[0], scores(z=("1", "1")))

    assert result is not None
    assert result.fraction == Decimal(fraction)


def test_a_problem_that_only_staff_see_is_worth_nothing() -> None:
    rows = [*subsection("s1", {"a": "1"}, **QUIZ), ("problem", "hidden", "s1", {"max_score": "9", "staff_only": True})]

    assert grade({}, tree(*rows), a=("1", "1"))[0] == 1


def test_more_points_than_possible_are_still_the_whole() -> None:
    assert grade({}, tree(*subsection("s1", {"a": "1"}, **QUIZ)), a=("5", "1"))[0] == 1
