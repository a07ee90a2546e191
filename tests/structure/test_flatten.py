"""The leaf rules: what of a course counts as something to complete."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcred_plugin.compat.port import CompletionMode, CourseBlock
from microcred_plugin.structure.flatten import flatten, from_json, to_json
from microcred_plugin.structure.leaves import leaf_keys
from microcred_plugin.structure.outline import Leaf, LeafGroup, Outline

COURSE = "course-v1:O+C+R"
AGGREGATES = {"course", "chapter", "sequential", "vertical", "split_test", "library_content", "itembank"}


def block(kind: str, name: str, *children: CourseBlock, **fields: Any) -> CourseBlock:
    """A published block with the completion mode that its type has on the platform."""
    mode = CompletionMode.AGGREGATOR if kind in AGGREGATES else CompletionMode.COMPLETABLE
    if kind == "discussion":
        mode = CompletionMode.EXCLUDED
    fields.setdefault("completion_mode", mode)
    fields.setdefault("title", name.title())
    return CourseBlock(key=key(name, kind), type=kind, children=children, **fields)


def key(name: str, kind: str = "html") -> str:
    return f"block-v1:O+C+R+type@{kind}+block@{name}"


def unit(*children: CourseBlock, **fields: Any) -> Outline:
    """The outline of a course with one unit, named ``u``."""
    vertical = block("vertical", "u", *children, **fields)
    return flatten(block("course", "course", block("chapter", "c", block("sequential", "s", vertical))))


def names(outline: Outline, name: str = "u", kind: str = "vertical") -> list[str]:
    """The names of the leaves of one item."""
    leaves = outline.items[key(name, kind)].leaves
    return [] if leaves is None else [leaf.rpartition("@")[2] for leaf in leaf_keys(leaves)]


def test_every_block_is_an_item_in_reading_order_under_its_parent() -> None:
    outline = unit(block("html", "a"), block("problem", "b"))

    assert [item.key.rpartition("@")[2] for item in outline.items.values()] == ["course", "c", "s", "u", "a", "b"]
    assert outline.items[key("a")].parent == key("u", "vertical")
    assert outline.items[key("course", "course")].parent is None
    assert outline.course_key == COURSE


def test_a_section_counts_the_leaves_of_all_units_below_it() -> None:
    outline = unit(block("html", "a"), block("video", "v"))
    section = outline.items[key("c", "chapter")]

    assert names(outline, "c", "chapter") == ["a", "v"]
    assert section.size == 2
    assert section.types == ("html", "video")


def test_a_leaf_is_an_item_that_can_be_required_alone() -> None:
    item = unit(block("problem", "b")).items[key("b", "problem")]

    assert item.leaves == Leaf(key("b", "problem"))
    assert (item.size, item.types) == (1, ("problem",))


def test_a_block_of_a_type_nobody_knows_is_a_leaf() -> None:
    assert names(unit(block("made_up_by_somebody", "x"))) == ["x"]


def test_a_block_with_parts_that_reports_completion_itself_is_one_leaf() -> None:
    part = block("pb-mcq", "q", completion_mode=CompletionMode.EXCLUDED)

    assert names(unit(block("problem-builder", "pb", part))) == ["pb"]


def test_a_block_that_is_complete_when_its_parts_are_is_a_group_whatever_its_type() -> None:
    wrapper = block("wrapper", "w", block("html", "a"), completion_mode=CompletionMode.AGGREGATOR)

    assert names(unit(wrapper)) == ["a"]


@pytest.mark.parametrize(
    "fields",
    [{"staff_only": True}, {"optional": True}, {"completion_mode": CompletionMode.EXCLUDED}],
    ids=["staff only", "optional", "excluded"],
)
def test_what_learners_need_not_or_cannot_complete_is_no_leaf(fields: dict[str, Any]) -> None:
    outline = unit(block("html", "a"), block("html", "not", **fields))

    assert names(outline) == ["a"]
    assert outline.items[key("not")].leaves is None


@pytest.mark.parametrize("fields", [{"staff_only": True}, {"optional": True}])
def test_nothing_below_a_staff_only_or_optional_unit_is_a_leaf(fields: dict[str, Any]) -> None:
    outline = unit(block("html", "a"), **fields)

    assert names(outline) == names(outline, "c", "chapter") == []
    assert outline.items[key("a")].leaves is None
    assert outline.items[key("a")].staff_only == fields.get("staff_only", False)


@pytest.mark.parametrize("children", [(), (block("discussion", "d"),), (block("html", "s", staff_only=True),)], ids=str)
def test_a_unit_with_nothing_to_complete_has_no_leaves(children: tuple[CourseBlock, ...]) -> None:
    item = unit(*children).items[key("u", "vertical")]

    assert item.leaves is None
    assert (item.size, item.types) == (0, ())


@pytest.mark.parametrize(("max_count", "asked"), [(1, 1), (2, 2), (9, 3), (-1, 3), (None, 1)])
@pytest.mark.parametrize("kind", ["library_content", "itembank"])
def test_a_bank_asks_for_as_many_children_as_a_learner_is_given(kind: str, max_count: int | None, asked: int) -> None:
    outline = unit(block(kind, "bank", *(block("problem", name) for name in "xyz"), max_count=max_count))
    item = outline.items[key("bank", kind)]

    assert item.leaves == LeafGroup(tuple(Leaf(key(name, "problem")) for name in "xyz"), count=asked)
    assert item.size == outline.items[key("u", "vertical")].size == asked


def test_a_bank_that_shows_nothing_asks_for_nothing() -> None:
    assert names(unit(block("itembank", "bank", block("problem", "x"), max_count=0))) == []


def test_a_bank_with_something_that_cannot_be_completed_stays_possible_for_every_learner() -> None:
    bank = block(
        "itembank", "bank", block("problem", "x"), block("problem", "y"), block("discussion", "d"), max_count=2
    )
    leaves = unit(bank).items[key("bank", "itembank")].leaves

    assert isinstance(leaves, LeafGroup)
    assert leaves.count == 1  # a learner may be given x and the discussion


def test_an_experiment_is_complete_when_any_one_group_is_entirely() -> None:
    groups = [
        block("vertical", "g1", block("html", "a"), block("html", "b")),
        block("vertical", "g2", block("html", "c")),
    ]
    item = unit(block("split_test", "split", *groups)).items[key("split", "split_test")]

    assert item.leaves == LeafGroup(
        (LeafGroup((Leaf(key("a")), Leaf(key("b")))), LeafGroup((Leaf(key("c")),))), count=1
    )
    assert item.size == 1


def test_an_experiment_with_an_empty_control_group_asks_nothing_since_some_have_nothing_to_do() -> None:
    groups = [block("vertical", "g1", block("html", "a")), block("vertical", "control")]

    assert names(unit(block("split_test", "split", *groups))) == []


def test_a_retired_group_of_an_experiment_that_only_staff_see_is_no_way_to_complete_it() -> None:
    groups = [
        block("vertical", "g1", block("html", "a")),
        block("vertical", "old", block("html", "b"), staff_only=True),
    ]

    assert names(unit(block("split_test", "split", *groups))) == ["a"]


def test_content_for_some_learners_is_marked_on_the_leaves_below_it() -> None:
    outline = unit(block("html", "a"), block("html", "b", restricted=True), restricted=True)
    leaves = outline.items[key("u", "vertical")].leaves

    assert leaves == LeafGroup(
        (Leaf(key("a"), (key("u", "vertical"),)), Leaf(key("b"), (key("u", "vertical"), key("b"))))
    )
    assert all(outline.items[one].per_learner for one in (key("a"), key("u", "vertical"), key("c", "chapter")))
    assert outline.items[key("u", "vertical")].size == 2


def test_a_unit_that_all_learners_see_is_not_marked_per_learner() -> None:
    assert not unit(block("html", "a")).items[key("u", "vertical")].per_learner


def test_due_date_and_grading_are_kept_for_the_linter() -> None:
    due = datetime(2026, 5, 1, 12, tzinfo=UTC)
    item = unit(block("problem", "p"), graded=True, due=due).items[key("u", "vertical")]

    assert (item.graded, item.due) == (True, due)


def test_a_vertical_told_to_be_completable_is_still_what_is_in_it() -> None:
    assert names(unit(block("html", "a"), completion_mode=CompletionMode.COMPLETABLE)) == ["a"]


KINDS = ["html", "problem", "discussion", "vertical", "split_test", "library_content", "strange"]


@st.composite
def trees(draw: st.DrawFn) -> CourseBlock:
    """Courses of any shape."""
    number = iter(range(10_000))
    title = st.text(max_size=8)
    due = st.none() | st.datetimes(timezones=st.just(UTC))

    def grow(depth: int) -> CourseBlock:
        kind = draw(st.sampled_from(KINDS))
        children = [grow(depth - 1) for _ in range(draw(st.integers(0, 3)))] if depth else []
        return block(
            kind,
            f"{draw(st.sampled_from(['', '=', 'é', 'x+y']))}{next(number)}",
            *children,
            title=draw(title),
            staff_only=draw(st.integers(0, 5)) == 0,
            optional=draw(st.integers(0, 5)) == 0,
            restricted=draw(st.integers(0, 3)) == 0,
            graded=draw(st.booleans()),
            max_count=draw(st.none() | st.integers(-1, 4)),
            due=draw(due),
        )

    return block("course", "course", *(grow(3) for _ in range(draw(st.integers(0, 3)))))


@given(trees())
def test_an_outline_survives_its_json_and_equal_outlines_write_equal_texts(tree: CourseBlock) -> None:
    outline = flatten(tree)
    text = to_json(outline)
    read = from_json(text, num=7)

    assert read == Outline(course_key=COURSE, title="Course", items=outline.items, num=7)
    assert list(read.items) == list(outline.items)
    assert to_json(read) == text


@given(trees())
def test_no_hidden_block_is_ever_a_leaf_and_no_group_is_empty(tree: CourseBlock) -> None:
    outline = flatten(tree)
    hidden = {one.key for one in _hidden(tree, hidden=False)}

    for item in outline.items.values():
        if item.leaves is None:
            assert item.size == 0
            continue
        assert item.size > 0
        assert not hidden & set(leaf_keys(item.leaves))


def _hidden(one: CourseBlock, *, hidden: bool) -> list[CourseBlock]:
    hidden = hidden or one.staff_only or one.optional or one.completion_mode == CompletionMode.EXCLUDED
    below = [found for child in one.children for found in _hidden(child, hidden=hidden)]
    return [one, *below] if hidden else below


def test_a_course_of_two_thousand_leaves_is_written_in_about_a_hundred_bytes_a_block() -> None:
    units = [
        block("vertical", f"{n:032x}", *(block("html", f"{n:016x}{i:016x}") for i in range(20))) for n in range(100)
    ]
    outline = flatten(block("course", "course", block("chapter", "c", block("sequential", "s", *units))))

    assert outline.items[key("course", "course")].size == 2000
    assert len(to_json(outline)) < 125 * len(outline.items)
