"""What holds for every definition and all evidence, tried with thousands of both."""

import decimal
import itertools
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from criteria_strategies import bound_definitions, evidence_for, examples, judged, more
from hypothesis import given
from hypothesis import strategies as st

from microcred_plugin.criteria.document import Completion, CourseGrade, Group, Rule, SubsectionGrade
from microcred_plugin.criteria.evaluate import evaluate
from microcred_plugin.criteria.needs import guaranteed_level, need, needs
from microcred_plugin.criteria.verdict import EvidenceLevel, Fact


def nodes(verdict):
    waiting = [milestone.node for milestone in verdict.milestones]
    while waiting:
        node = waiting.pop(0)
        yield node
        waiting.extend(node.children)


class Recorder(dict):
    """Evidence that remembers what was asked for."""

    def __init__(self, *args):
        super().__init__(*args)
        self.asked = set()

    def get(self, key, default=None):
        self.asked.add(key)
        return super().get(key, default)

    def __getitem__(self, key):
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key):
        self.asked.add(key)
        return super().__contains__(key)


def oracle(requirement, milestone, evidence):
    """Judge in the slowest and plainest way: try every choice of children. Returns (met, fraction)."""
    if isinstance(requirement, Group):
        children = [oracle(child, milestone, evidence) for child in requirement.of]
        return best(children, requirement.count)
    fact = evidence.get(need(requirement, milestone).evidence_key)
    have, of = (Fraction(fact.have), Fraction(fact.of)) if fact else (Fraction(0), Fraction(0))
    match requirement:
        case Completion(percent=percent):
            enough = [leaves for leaves in range(int(of) + 1) if leaves * 100 >= Fraction(percent) * of]
            needed = enough[0] if of > 0 else None
            return (False, Fraction(0)) if needed is None else (have >= needed, floor(have / needed))
        case SubsectionGrade(minimum=minimum) | CourseGrade(minimum=minimum):
            return have >= Fraction(minimum), floor(have / Fraction(minimum))
        case _:
            return have >= 1, floor(have)


def best(children, count):
    choices = list(itertools.combinations(children, count))
    met = any(all(child[0] for child in choice) for choice in choices)
    return met, max(floor(sum((child[1] for child in choice), Fraction(0)) / count) for choice in choices)


def floor(fraction):
    return Fraction(int(min(fraction, Fraction(1)) * 10_000), 10_000)


@examples(90)
@given(judged())
def test_every_node_is_judged_as_by_trying_every_choice(case):
    definition, evidence = case
    verdict = evaluate(definition, evidence)
    expected = [oracle(item.require, item.key, evidence) for item in definition.milestones]
    assert [(item.earned, Fraction(item.node.fraction)) for item in verdict.milestones] == expected
    assert (verdict.earned, Fraction(verdict.fraction)) == best(expected, definition.award_when)


@examples(80)
@given(st.data())
def test_more_evidence_never_lowers_any_node(data):
    definition, evidence = data.draw(judged())
    further = data.draw(more(definition, evidence))
    before, after = evaluate(definition, evidence), evaluate(definition, further)
    for old, new in zip(nodes(before), nodes(after), strict=True):
        assert new.met >= old.met
        assert new.fraction >= old.fraction
    assert after.earned >= before.earned
    assert after.fraction >= before.fraction


@examples(50)
@given(bound_definitions)
def test_no_evidence_earns_nothing_at_all(definition):
    verdict = evaluate(definition, {})
    assert not verdict.earned
    assert verdict.fraction == 0
    assert verdict.level == EvidenceLevel.NONE
    assert not any(node.met or node.fraction or node.left or node.at for node in nodes(verdict))


@examples(50)
@given(st.data())
def test_evidence_of_something_else_changes_nothing(data):
    definition = data.draw(bound_definitions)
    evidence = data.draw(evidence_for(definition))
    noise = {
        "completion:block-v1:X+Y+Z+type@vertical+block@q": Fact(Decimal(1)),
        "": Fact(Decimal(1)),
        "award:": Fact(Decimal(1)),
    }
    assert evaluate(definition, {**noise, **evidence}) == evaluate(definition, evidence)


@examples(50)
@given(judged())
def test_a_node_is_met_exactly_when_its_fraction_is_one_and_no_fraction_leaves_its_bounds(case):
    verdict = evaluate(*case)
    for node in nodes(verdict):
        assert 0 <= node.fraction <= 1
        assert node.met == (node.fraction == 1)
        assert node.fraction == node.fraction.quantize(Decimal("0.0001"), ROUND_DOWN)
        assert not (node.met and node.left)
    assert verdict.earned == (verdict.fraction == 1)


@examples(35)
@given(judged())
def test_judging_twice_gives_the_same_and_changes_no_evidence(case):
    definition, evidence = case
    copy = dict(evidence)
    assert evaluate(definition, evidence) == evaluate(definition, evidence)
    assert evidence == copy


@examples(50)
@given(st.data())
def test_the_order_of_children_and_milestones_does_not_matter(data):
    definition, evidence = data.draw(judged())

    def shuffled(node):
        if not isinstance(node, Group):
            return node
        return replace(node, of=tuple(data.draw(st.permutations([shuffled(child) for child in node.of]))))

    items = [replace(item, require=shuffled(item.require)) for item in definition.milestones]
    other = replace(definition, milestones=tuple(data.draw(st.permutations(items))))
    one, two = evaluate(definition, evidence), evaluate(other, evidence)
    assert (one.earned, one.fraction, one.level) == (two.earned, two.fraction, two.level)
    by_key = {item.key: item.node for item in two.milestones}
    for item in one.milestones:
        same = by_key[item.key]
        assert (item.node.met, item.node.fraction, item.node.level, item.node.at) == (
            same.met, same.fraction, same.level, same.at,
        )  # fmt: skip
        assert set(item.node.left) == set(same.left)


def as_rule(definition, rule, count):
    groups = [Group(rule, count(item.require.of), item.require.of) for item in definition.milestones]
    items = zip(definition.milestones, groups, strict=True)
    return replace(definition, milestones=tuple(replace(item, require=group) for item, group in items))


@examples(25)
@given(judged())
def test_any_is_at_least_one_and_all_is_at_least_all_and_each_is_what_it_says(case):
    definition, evidence = case
    wrapped = replace(
        definition,
        milestones=tuple(
            item if isinstance(item.require, Group) else replace(item, require=Group(Rule.ALL, 1, (item.require,)))
            for item in definition.milestones
        ),
    )

    def judge(rule, count):
        return [item.node for item in evaluate(as_rule(wrapped, rule, count), evidence).milestones]

    def seen(found):
        return [replace(node, requirement=None) for node in found]

    anything, everything = judge(Rule.ANY, lambda of: 1), judge(Rule.ALL, len)
    assert seen(anything) == seen(judge(Rule.AT_LEAST, lambda of: 1))
    assert seen(everything) == seen(judge(Rule.AT_LEAST, len))
    for one, every in zip(anything, everything, strict=True):
        assert one.met == any(child.met for child in one.children)
        assert every.met == all(child.met for child in every.children)
        assert one.fraction >= every.fraction


@examples(50)
@given(judged())
def test_needs_names_exactly_the_facts_that_are_read(case):
    definition, evidence = case
    recorder = Recorder(evidence)
    evaluate(definition, recorder)
    assert recorder.asked == {item.evidence_key for item in needs(definition)}


@examples(35)
@given(judged())
def test_what_is_earned_shows_at_least_the_guaranteed_level(case):
    definition, evidence = case
    verdict = evaluate(definition, evidence)
    if verdict.earned:
        assert verdict.level >= guaranteed_level(definition)


strange = st.decimals() | st.sampled_from(
    [Decimal("sNaN"), Decimal("-Infinity"), Decimal("1e999999"), Decimal("1e-999999"), Decimal("-0"), Decimal("1e400")]
)


@examples(35)
@given(st.data())
def test_senseless_facts_neither_crash_nor_break_the_bounds(data):
    definition = data.draw(bound_definitions)
    evidence = {item.evidence_key: Fact(data.draw(strange), data.draw(strange)) for item in needs(definition)}
    with decimal.localcontext(prec=1, rounding=decimal.ROUND_UP):  # nor does the caller's arithmetic leak in
        verdict = evaluate(definition, evidence)
    for node in nodes(verdict):
        assert 0 <= node.fraction <= 1
        assert node.met == (node.fraction == 1)
