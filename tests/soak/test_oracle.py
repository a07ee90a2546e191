"""The oracle says from the commits alone who must have what, who may, and since when."""

import pytest

from soak.oracle import Expected, Saved, differences, expectations
from soak.rules import BEGIN, CHOICE, DEEPER, EITHER, FIRST, HALF, STACK, WHOLE

ALL = tuple(sorted(BEGIN | CHOICE | HALF | EITHER))


def done(at: float, *leaves: int, complete: bool = True, held: bool = False) -> Saved:
    return Saved(at, 0, leaves, complete, held)


def expected(*saved: Saved) -> dict:
    return expectations(saved, enrolled=True)


def test_who_does_everything_must_have_everything_since_the_last_commit_that_was_needed():
    found = expected(done(1.0, 0, 1, 2), done(2.0, 4, 5), done(3.0, 3), done(4.0, 8, 9), done(5.0, 12))
    assert found == {
        (FIRST, "choose"): Expected(True, 2.0),
        (FIRST, ""): Expected(True, 3.0),
        (DEEPER, ""): Expected(True, 5.0),
        STACK: Expected(True, 5.0),
    }


def test_the_order_in_which_processes_noted_the_commits_does_not_matter():
    saved = [done(at, leaf) for at, leaf in enumerate(ALL)]
    assert expected(*saved) == expected(*reversed(saved))


@pytest.mark.parametrize(
    "leaves",
    [(0, 1, 2), (4, 0, 1), (8, 12), (8, 9), (12, 13, 7, 14, 15), ()],
    ids=["unit not complete", "one of two", "a quarter of half", "no either", "nothing asked for", "nothing"],
)
def test_who_does_not_enough_may_have_nothing(leaves):
    assert expected(done(1.0, *leaves)) == {}


def test_one_half_of_the_stack_is_not_the_stack():
    assert STACK not in expected(done(1.0, *BEGIN, *CHOICE))


def test_who_is_not_enrolled_may_have_nothing():
    assert expectations([done(1.0, *ALL)], enrolled=False) == {}


def test_what_was_held_when_the_completions_went_must_still_be_there():
    found = expected(done(1.0, *ALL), done(2.0, 0, complete=False, held=True))
    assert found[FIRST, ""] == Expected(True, 1.0)


def test_what_was_earned_for_a_moment_only_may_be_there_and_need_not():
    found = expected(done(1.0, *ALL), done(1.5, *ALL, complete=False))
    assert {one.must for one in found.values()} == {None}
    assert set(found) == {(FIRST, "choose"), (FIRST, ""), (DEEPER, ""), (WHOLE, "")}


def test_what_came_twice_is_owed_but_not_measured():
    found = expected(done(1.0, *BEGIN, *CHOICE), done(2.0, 0, complete=False), done(3.0, 0))
    assert found[FIRST, ""] == Expected(True, None)
    assert found[FIRST, "choose"] == Expected(True, 1.0)


def test_a_completion_that_was_lost_before_the_end_counts_when_it_comes_back():
    found = expected(done(1.0, 0), done(2.0, 0, complete=False), done(3.0, 1, 2, 3, 4, 5), done(4.0, 0))
    assert found[FIRST, ""] == Expected(True, 4.0)


def test_missing_undeserved_and_doubled_awards_are_told_apart():
    one, other = (FIRST, ""), (DEEPER, "")
    wanted = {
        1: {one: Expected(True, 1.0), other: Expected(None, 1.0)},
        2: {one: Expected(True, 1.0), other: Expected(True, 1.0)},
    }
    found = differences(wanted, {(1, one): 1, (2, other): 2, (3, one): 1, (-1, one): 1, (2, one): 0})
    assert found.missing == ((2, one),)
    assert found.undeserved == ((-1, one), (3, one))
    assert found.doubled == ((2, other),)
    assert differences(wanted, {(1, one): 1, (1, other): 1, (2, one): 1, (2, other): 1}).undeserved == ()
