"""Judging answers: choices, checkboxes, menus, numbers, texts, and what the sandbox does not judge."""

from decimal import Decimal

import pytest

from microcred_plugin.sandbox import problem_form, problems
from microcred_plugin.sandbox.olx.xml import parse_leniently

CHOICE = """<multiplechoiceresponse><label>Which?</label><choicegroup><choice correct="false">A</choice>
<choice correct="true">B <choicehint>well done</choicehint></choice></choicegroup></multiplechoiceresponse>"""
CHECKBOX = """<choiceresponse><checkboxgroup><choice correct="true">A</choice><choice correct="false">B</choice>
<choice correct="true">C</choice></checkboxgroup></choiceresponse>"""
MENU = """<optionresponse><optioninput options="('red','green')" correct="green"/></optionresponse>"""
OPTIONS = """<optionresponse><optioninput><option correct="False">red</option><option correct="True">green</option>
</optioninput></optionresponse>"""
NUMBER = '<numericalresponse answer="600"><responseparam type="tolerance" default="5"/></numericalresponse>'
PERCENT = '<numericalresponse answer="200"><responseparam type="tolerance" default="1%"/></numericalresponse>'
WORDS = '<stringresponse answer="Doc" type="ci"><additional_answer answer="Sleepy"/></stringresponse>'
EXACT = '<stringresponse answer="Doc" type="cs"/>'
PATTERN = '<stringresponse answer="..bble" type="ci regexp"/>'


def judge(xml: str, *answer: str) -> bool:
    root = parse_leniently(f"<problem>{xml}</problem>")
    assert root is not None
    asked = problems.questions(root)
    assert asked is not None
    return problems.judge(asked, {"q1": answer})["q1"]


@pytest.mark.parametrize(
    ("xml", "answer", "right"),
    [
        (CHOICE, ("1",), True),
        (CHOICE, ("0",), False),
        (CHOICE, ("0", "1"), False),
        (CHOICE, (), False),
        (CHECKBOX, ("0", "2"), True),
        (CHECKBOX, ("2", "0"), True),
        (CHECKBOX, ("0",), False),
        (CHECKBOX, ("0", "1", "2"), False),
        (MENU, ("1",), True),
        (MENU, ("0",), False),
        (OPTIONS, ("1",), True),
        (OPTIONS, ("",), False),
        (NUMBER, ("595",), True),
        (NUMBER, (" 605.0 ",), True),
        (NUMBER, ("606",), False),
        (NUMBER, ("six hundred",), False),
        (NUMBER, ("NaN",), False),
        (NUMBER, (), False),
        (PERCENT, ("202",), True),
        (PERCENT, ("202,5",), False),
        (WORDS, ("sleepy ",), True),
        (WORDS, ("Grumpy",), False),
        (EXACT, ("doc",), False),
        (EXACT, ("Doc",), True),
        (PATTERN, ("Bubble",), True),
        (PATTERN, ("bubbles",), False),
    ],
)
def test_an_answer_is_right_exactly_when_the_author_says_so(xml: str, answer: tuple[str, ...], right: bool) -> None:
    assert judge(xml, *answer) is right


@pytest.mark.parametrize(
    "xml",
    [
        "<customresponse cfn='f'/>",
        "<formularesponse/>",
        '<numericalresponse answer="$z"/>',
        '<numericalresponse answer="[1,2]"/>',
        "<multiplechoiceresponse/>",
        '<stringresponse answer="(" type="regexp"/>',
        "<optionresponse><optioninput options=\"__import__('os')\" correct='x'/></optionresponse>",
        CHOICE + "<imageresponse/>",
        "<p>Nothing is asked.</p>",
    ],
)
def test_what_needs_a_grader_is_not_judged_here(xml: str) -> None:
    root = parse_leniently(f"<problem>{xml}</problem>")

    assert root is not None
    assert problems.questions(root) is None


def test_each_question_weighs_the_same() -> None:
    assert problems.earned({"q1": True, "q2": False, "q3": False}, Decimal(1)) == Decimal("0.3333")
    assert problems.earned({"q1": True, "q2": True}, Decimal("2.5")) == Decimal("2.5")


def test_a_form_shows_the_question_and_never_the_answer() -> None:
    text = f"<problem><p>Think.</p>{CHOICE}<solution><p>It is B.</p></solution><script>evil()</script></problem>"
    html, gradable = problem_form.body(text, "course-v1:O+C+R", "p1", {"q1": ["1"]})

    assert gradable
    assert "Think." in html
    assert "Which?" in html
    assert html.count('type="radio"') == 2
    assert html.count("checked") == 1
    assert not any(secret in html for secret in ("correct", "It is B", "evil", "well done"))


def test_a_form_keeps_the_text_around_what_it_leaves_out() -> None:
    html, _ = problem_form.body("<problem><p>a<script>x</script>b</p><script/>c</problem>", "course-v1:O+C+R", "p", {})

    assert "ab" in html
    assert ">c<" in html


def test_the_words_of_a_choice_are_escaped_in_the_form() -> None:
    text = f"<problem>{CHOICE.replace('>A<', '>&lt;script&gt;alert(1)&lt;/script&gt;<')}</problem>"
    html, _ = problem_form.body(text, "course-v1:O+C+R", "p1", {})

    assert "<script" not in html


def test_an_empty_problem_is_an_empty_form() -> None:
    assert problem_form.body("", "course-v1:O+C+R", "p1", {}) == ("", False)
