"""What a learner is told: what is met, what is missing, and in which words."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from criteria_strategies import examples, judged
from hypothesis import given

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
from microcred_plugin.criteria.explain import Choice, met, milestone_dict, missing, verdict_dict
from microcred_plugin.criteria.sentences import sentence, summary
from microcred_plugin.criteria.verdict import Fact

COURSE = "course-v1:O+C+R"
NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)


def block(name, kind="vertical"):
    return f"block-v1:O+C+R+type@{kind}+block@{name}"


def unit(name, percent=100):
    return Completion(block(name), Decimal(percent))


def done(name, have, of, **members):
    return {f"completion:{block(name)}": Fact(Decimal(have), Decimal(of), **members)}


def judge(requirement, evidence):
    milestone = Milestone(key="m", title="M", require=requirement, badge=True)
    definition = Definition(slug="s", title="S", issuer="O", milestones=(milestone,), award_when=1)
    return evaluate(definition, evidence)


def milestone_of(requirement, evidence=None):
    return judge(requirement, evidence or {}).milestones[0]


def group(rule, count, *of):
    return Group(rule, count, of)


def names(parts):
    return [(part.path, part.choice) for part in parts]


@examples(25)
@given(judged())
def test_the_explanation_is_json_and_says_the_same_as_the_verdict(case):
    verdict = evaluate(*case)
    told = json.loads(json.dumps(verdict_dict(verdict)))
    assert told["earned"] == verdict.earned
    assert Decimal(told["fraction"]) == verdict.fraction
    assert told["evidence_level"] == verdict.level.label
    for milestone, shown in zip(verdict.milestones, told["milestones"], strict=True):
        assert shown["earned"] == milestone.earned
        assert Decimal(shown["fraction"]) == milestone.node.fraction
        assert bool(shown["missing"]) != milestone.earned
        for part in shown["missing"]:
            assert not part["blocks"] or part["requirement"] == "completion"
            assert "at" not in part or part["have"] != "0"


@examples(25)
@given(judged())
def test_every_missing_part_has_a_sentence_and_every_milestone_a_summary(case):
    for milestone in evaluate(*case).milestones:
        assert summary(milestone).endswith(".")
        assert "%(" not in summary(milestone)
        for part in missing(milestone):
            text = sentence(part, titles={COURSE: "Course"})
            assert text
            assert "%(" not in text


def test_a_milestone_is_told_in_full():
    requirement = group(Rule.ALL, 2, unit("a"), CourseGrade(COURSE, Decimal("0.70")))
    evidence = done("a", 3, 5, left=(block("a1"), block("a2")), units=2, at=NOON)
    evidence |= {f"course_grade:{COURSE}": Fact(Decimal("0.9"), at=NOON)}
    assert milestone_dict(milestone_of(requirement, evidence)) == {
        "key": "m",
        "title": "M",
        "badge": True,
        "earned": False,
        "fraction": "0.8",
        "evidence_level": "assessed",
        "missing": [
            {
                "requirement": "completion",
                "path": "require.all[0].completion",
                "condition": {"block": block("a"), "percent": 100},
                "have": "3",
                "need": "5",
                "blocks": [block("a1"), block("a2")],
                "at": "2027-01-01T12:00:00Z",
            }
        ],
        "met": [
            {
                "requirement": "course_grade",
                "path": "require.all[1].course_grade",
                "condition": {"course": COURSE, "minimum": "0.7"},
                "have": "0.9",
                "need": "0.7",
                "blocks": [],
                "at": "2027-01-01T12:00:00Z",
            }
        ],
    }


def test_what_is_missing_of_a_met_milestone_is_nothing():
    verdict = milestone_of(group(Rule.ANY, 1, unit("a"), unit("b")), done("a", 1, 1))
    assert missing(verdict) == ()
    assert names(met(verdict)) == [("require.any[0].completion", None)]


def test_alternatives_are_all_listed_with_how_many_are_enough():
    requirement = group(Rule.AT_LEAST, 2, unit("a"), unit("b"), unit("c"))
    assert names(missing(milestone_of(requirement))) == [
        (f"require.at_least.of[{number}].completion", Choice(need=2, of=3)) for number in range(3)
    ]
    assert names(missing(milestone_of(requirement, done("b", 1, 1)))) == [
        (f"require.at_least.of[{number}].completion", Choice(need=1, of=2)) for number in (0, 2)
    ]


def test_what_is_required_beside_alternatives_has_no_choice():
    requirement = group(Rule.ALL, 2, unit("a"), group(Rule.ANY, 1, unit("b"), unit("c")))
    one_of_two = Choice(need=1, of=2)
    assert names(missing(milestone_of(requirement))) == [
        ("require.all[0].completion", None),
        ("require.all[1].any[0].completion", one_of_two),
        ("require.all[1].any[1].completion", one_of_two),
    ]
    assert names(missing(milestone_of(requirement, done("c", 1, 1)))) == [("require.all[0].completion", None)]


def test_parts_of_an_alternative_keep_its_choice():
    requirement = group(Rule.ANY, 1, group(Rule.ALL, 2, unit("a"), unit("b")), unit("c"))
    assert {part.choice for part in missing(milestone_of(requirement))} == {Choice(need=1, of=2)}


@pytest.mark.parametrize(
    ("requirement", "evidence", "text"),
    [
        (unit("a"), {}, "0 of 1 activity complete."),
        (unit("a"), done("a", 2, 5), "2 of 5 activities complete."),
        (unit("a", 50), done("a", 2, 5), "2 of 3 activities complete."),
        (unit("a"), done("a", 2, 5, units=3, left=("x", "y")), "1 of 3 units complete."),
        (unit("a"), done("a", 5, 5), "Complete."),
        (group(Rule.ALL, 2, unit("a"), unit("b")), done("a", 2, 2, units=1) | done("b", 0, 3, units=4,
         left=("w", "x", "y", "z")), "1 of 5 units complete."),
        (group(Rule.ALL, 1, unit("a")), done("a", 0, 1, units=1, left=("x",)), "0 of 1 unit complete."),
        (group(Rule.ALL, 1, unit("a")), done("a", 1, 2, units=3), "2 of 3 units complete."),
        (group(Rule.ALL, 2, unit("a"), unit("b", 50)), done("a", 2, 2, units=1), "1 of 2 requirements met."),
        (group(Rule.ALL, 1, Manual("Seen")), {}, "0 of 1 requirement met."),
        (group(Rule.ANY, 1, unit("a"), unit("b")), {}, "One of these is enough."),
        (group(Rule.AT_LEAST, 2, unit("a"), unit("b"), unit("c")), done("a", 1, 1),
         "1 of 2 requirements met. Any 2 of these 3 are enough."),
        (CourseGrade(COURSE, Decimal("0.7")), {f"course_grade:{COURSE}": Fact(Decimal("0.69999"))},
         "69.9% of the 70% needed."),
        (SubsectionGrade(block("s"), Decimal("0.725")), {}, "0% of the 72.5% needed."),
        (Manual("Seen"), {}, "Not confirmed yet."),
        (CoursePassed(COURSE), {}, "Not there yet."),
    ],
)  # fmt: skip
def test_the_summary_says_how_far_it_is(requirement, evidence, text):
    assert summary(milestone_of(requirement, evidence)) == text


@pytest.mark.parametrize(
    ("requirement", "evidence", "titled", "untitled"),
    [
        (unit("a"), done("a", 2, 5), "Complete “A”: 2 of 5 done.", "2 of 5 activities complete."),
        (unit("a"), {}, "Complete “A”.", "0 of 1 activity complete."),
        (SubsectionGrade(block("a"), Decimal("0.7")), {}, "Score 70% or more in “A”.",
         "Score 70% or more in the subsection."),
        (CourseGrade(COURSE, Decimal("0.7")), {f"course_grade:{COURSE}": Fact(Decimal("0.5"))},
         "Score 70% or more in “C”; you have 50%.", "Score 70% or more in the course; you have 50%."),
        (CoursePassed(COURSE), {}, "Pass “C”.", "Pass the course."),
        (Certificate(COURSE), {}, "Earn the certificate of “C”.", "Earn the certificate of the course."),
        (HeldMicrocredential(UUID(int=1)), {}, "Earn “M”.", "Earn the microcredential this builds on."),
        (Manual("100% of it seen"), {}, "To be confirmed by a member of staff: 100% of it seen",
         "To be confirmed by a member of staff: 100% of it seen"),
    ],
)  # fmt: skip
def test_the_sentence_says_what_to_do_and_names_it_where_the_name_is_known(requirement, evidence, titled, untitled):
    (part,) = missing(milestone_of(requirement, evidence))
    assert sentence(part, titles={block("a"): "A", COURSE: "C", str(UUID(int=1)): "M"}) == titled
    assert sentence(part) == untitled


class Shouting:
    """A language of capitals, with the plural of one thing told apart."""

    def gettext(self, message):
        return message.replace("Complete", "DO")

    def ngettext(self, singular, plural, number):
        return (singular if number == 1 else plural).replace("complete", "DONE")


def test_sentences_and_summaries_come_in_the_language_asked_for():
    (part,) = missing(milestone_of(unit("a"), done("a", 2, 5)))
    assert sentence(part, Shouting(), {block("a"): "A"}) == "DO “A”: 2 of 5 done."
    assert summary(milestone_of(unit("a"), done("a", 2, 5)), Shouting()) == "2 of 5 activities DONE."


def test_djangos_translation_module_is_a_translator():
    from django.utils import translation

    with translation.override("en"):
        assert summary(milestone_of(unit("a"), done("a", 5, 5)), translation) == "Complete."
