"""How much of a leaf set is complete, held against rules written down a second time in the plainest way."""

from collections.abc import Container, Iterator
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcred_plugin.structure.leaves import LeafCount, count, leaf_keys
from microcred_plugin.structure.outline import Leaf, LeafGroup, LeafSet

A, B, C, D = Leaf("a"), Leaf("b"), Leaf("c"), Leaf("d")
HIDDEN = Leaf("h", restricted=("h",))


def test_a_leaf_is_one_of_one_when_complete_and_names_itself_when_not() -> None:
    assert count(A, {"a"}) == LeafCount(1, 1)
    assert count(A, ()) == LeafCount(0, 1, ("a",))


def test_a_group_of_all_adds_up_its_leaves_and_names_what_is_left_in_reading_order() -> None:
    group = LeafGroup((A, LeafGroup((B, C)), D))

    assert count(group, {"b"}) == LeafCount(1, 4, ("a", "c", "d"))


def test_any_one_of_two_groups_counts_only_the_better_one() -> None:
    group = LeafGroup((LeafGroup((A, B)), LeafGroup((C, D))), count=1)

    assert count(group, ()) == LeafCount(0, 2, ("a", "b"))
    assert count(group, {"c"}) == LeafCount(1, 2, ("d",))
    assert count(group, {"c", "d"}) == LeafCount(2, 2)
    assert not count(group, {"a", "c"}).complete


def test_some_of_a_bank_asks_for_as_many_as_its_count_and_no_more() -> None:
    bank = LeafGroup((A, B, C, D), count=2)

    assert count(bank, ()) == LeafCount(0, 2, ("a", "b"))
    assert count(bank, {"d"}) == LeafCount(1, 2, ("a",))
    assert count(bank, {"b", "c", "d"}) == LeafCount(2, 2)


def test_a_count_above_the_number_of_children_asks_for_all_of_them() -> None:
    assert count(LeafGroup((A, B), count=5), {"a"}) == LeafCount(1, 2, ("b",))


def test_what_a_learner_cannot_see_is_not_asked_of_them() -> None:
    group = LeafGroup((A, HIDDEN))

    assert count(group, {"a"}) == LeafCount(1, 1)
    assert count(group, {"a"}, visible={"h"}) == LeafCount(1, 2, ("h",))


def test_a_leaf_behind_two_restrictions_needs_both_to_be_open() -> None:
    leaf = Leaf("x", restricted=("unit", "x"))

    assert count(leaf, {"x"}, visible={"unit"}) == LeafCount(0, 0)
    assert count(leaf, {"x"}, visible={"unit", "x"}) == LeafCount(1, 1)


def test_where_a_learner_sees_nothing_there_is_nothing_to_do_and_nothing_is_complete() -> None:
    nothing = count(LeafGroup((HIDDEN,)), {"h"})

    assert nothing == LeafCount(0, 0)
    assert not nothing.complete


def test_a_bank_asks_only_for_the_children_that_the_learner_sees() -> None:
    assert count(LeafGroup((HIDDEN, A), count=1), ()) == LeafCount(0, 1, ("a",))
    assert count(LeafGroup((HIDDEN, A), count=2), {"a"}) == LeafCount(1, 1)


def test_doing_more_in_the_other_group_never_lowers_the_fraction_of_what_is_around_it() -> None:
    # Taking the child with the highest fraction alone would fall from 101/102 to 167/200 here.
    others = LeafGroup(tuple(Leaf(f"o{i}") for i in range(100)))
    small = LeafGroup((A, B))
    large = LeafGroup(tuple(Leaf(f"l{i}") for i in range(100)))
    course = LeafGroup((others, LeafGroup((small, large), count=1)))
    done = {*leaf_keys(others), "a"}

    before = count(course, done)
    after = count(course, done | {f"l{i}" for i in range(67)})

    assert before == LeafCount(101, 102, ("b",))
    assert Fraction(after.have, after.of) >= Fraction(before.have, before.of)


def test_leaf_keys_are_in_reading_order_and_hold_restricted_ones_too() -> None:
    assert list(leaf_keys(LeafGroup((B, LeafGroup((HIDDEN, A), count=1))))) == ["b", "h", "a"]


KEYS = "abcdefghij"


@st.composite
def leaf_sets(draw: st.DrawFn) -> LeafSet:
    """Trees over distinct leaves, with groups of all and of some, and some restricted leaves."""
    names = list(draw(st.permutations(KEYS)))[: draw(st.integers(1, 8))]
    forest: list[LeafSet] = [Leaf(name, draw(st.sampled_from([(), (), (), ("r1",), ("r1", "r2")]))) for name in names]
    while len(forest) > 1 or draw(st.booleans()):
        taken = draw(st.integers(1, len(forest)))
        children, forest = forest[:taken], forest[taken:]
        chosen = draw(st.one_of(st.none(), st.integers(1, taken)))
        forest.append(LeafGroup(tuple(children), chosen))
    return forest[0]


done_sets = st.frozensets(st.sampled_from(KEYS))
seen_sets = st.sampled_from([frozenset(), frozenset({"r1"}), frozenset({"r1", "r2"})])


def choices(leaves: LeafSet, visible: Container[str]) -> Iterator[tuple[str, ...]]:
    """Every list of leaves that would satisfy the set if they were complete."""
    if isinstance(leaves, Leaf):
        yield (leaves.key,) if all(key in visible for key in leaves.restricted) else ()
        return
    children = [list(choices(child, visible)) for child in leaves.of]
    seen = [options for options in children if any(options)]
    needed = len(seen) if leaves.count is None else min(leaves.count, len(seen))
    for picked in combinations(seen, needed):
        yield from _products(list(picked))


def _products(options: list[list[tuple[str, ...]]]) -> Iterator[tuple[str, ...]]:
    if not options:
        yield ()
        return
    for first in options[0]:
        for rest in _products(options[1:]):
            yield (*first, *rest)


@given(leaf_sets(), done_sets, seen_sets)
def test_the_count_is_the_best_of_every_way_to_satisfy_the_rule(
    leaves: LeafSet, done: frozenset[str], seen: frozenset[str]
) -> None:
    ways = [way for way in choices(leaves, seen) if way]
    result = count(leaves, done, seen)

    if not ways:
        assert result == LeafCount(0, 0)
        return
    best = max(Fraction(len(done & set(way)), len(way)) for way in ways)
    assert Fraction(result.have, result.of) == best
    assert result.complete == any(set(way) <= done for way in ways)


@given(leaf_sets(), done_sets, done_sets, seen_sets)
def test_completing_more_never_lowers_the_fraction_nor_undoes_completeness(
    leaves: LeafSet, done: frozenset[str], more: frozenset[str], seen: frozenset[str]
) -> None:
    before, after = count(leaves, done, seen), count(leaves, done | more, seen)

    assert before.have * after.of <= after.have * before.of
    assert after.complete or not before.complete


@given(leaf_sets(), done_sets, seen_sets)
def test_what_is_left_is_exactly_the_difference_and_not_complete_already(
    leaves: LeafSet, done: frozenset[str], seen: frozenset[str]
) -> None:
    result = count(leaves, done, seen)

    assert 0 <= result.have <= result.of
    assert len(result.left) == result.of - result.have
    assert not done & set(result.left)
    assert set(result.left) <= set(leaf_keys(leaves))
    assert count(leaves, done | set(result.left), seen).complete == (result.of > 0)


@pytest.mark.parametrize("done", [(), {"zzz"}])
def test_completing_nothing_or_only_strangers_is_never_enough(done: Container[str]) -> None:
    assert not count(LeafGroup((A, LeafGroup((B, C), count=1))), done).complete
