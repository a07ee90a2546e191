"""Snapshots of outlines: made when a course changes, kept a while, read once."""

import contextlib
import re
from collections.abc import Collection
from dataclasses import replace

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from microcred_plugin import compat
from microcred_plugin.compat.port import CompletionMode, CourseBlock
from microcred_plugin.errors import NotFound
from microcred_plugin.structure import api
from microcred_plugin.structure.leaves import leaf_keys
from microcred_plugin.structure.models import CourseStructure
from microcred_plugin.structure.outline import Outline

pytestmark = pytest.mark.django_db

RUN = "course-v1:O+C+R"
OTHER = "course-v1:O+C+Other"


def key(name: str, kind: str, run: str = RUN) -> str:
    return f"{run.replace('course-v1:', 'block-v1:')}+type@{kind}+block@{name}"


def course(*leaves: str, run: str = RUN) -> CourseBlock:
    """A course with one unit ``u`` of the html blocks named, and one unit ``fixed`` that never changes."""

    def unit(name: str, *inside: str) -> CourseBlock:
        html = tuple(CourseBlock(key=key(one, "html", run), type="html", title=one) for one in inside)
        return CourseBlock(
            key=key(name, "vertical", run),
            type="vertical",
            title=name,
            children=html,
            completion_mode=CompletionMode.AGGREGATOR,
        )

    return CourseBlock(
        key=key("course", "course", run),
        type="course",
        title="A course",
        children=(unit("u", *leaves), unit("fixed", "same")),
        completion_mode=CompletionMode.AGGREGATOR,
    )


class FakePlatform:
    """A platform with the courses that a test publishes; it counts how often one is read."""

    def __init__(self) -> None:
        self.courses: dict[str, CourseBlock] = {}
        self.reads = 0
        self.versions: dict[str, str] = {}

    def published_versions(self, course_keys: Collection[str]) -> dict[str, str]:
        return {key: self.versions[key] for key in course_keys if key in self.versions}

    def published_outline(self, course_key: str) -> CourseBlock | None:
        self.reads += 1
        return self.courses.get(course_key)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> FakePlatform:
    fake = FakePlatform()
    monkeypatch.setattr(compat, "platform", lambda: fake)
    return fake


def numbers(run: str = RUN) -> list[int]:
    rows = CourseStructure.objects.filter(course_key=run).order_by("num")
    return list(rows.values_list("num", flat=True))


def names(outline: Outline, name: str = "u") -> list[str]:
    leaves = outline.items[key(name, "vertical")].leaves
    return [] if leaves is None else [leaf.rpartition("@")[2] for leaf in leaf_keys(leaves)]


def test_the_first_reading_of_a_course_stores_snapshot_one(platform: FakePlatform) -> None:
    platform.courses[RUN] = course("a")

    refreshed = api.refresh(RUN)

    assert (refreshed.outline.num, refreshed.outline.course_key, numbers()) == (1, RUN, [1])
    assert refreshed.changed == set(refreshed.outline.items)


def test_a_course_published_without_a_change_makes_no_new_snapshot(platform: FakePlatform) -> None:
    platform.courses[RUN] = course("a")
    first = api.refresh(RUN)

    again = api.refresh(RUN)

    assert (again.changed, numbers()) == (frozenset(), [1])
    assert again.outline == first.outline


def test_a_change_names_the_blocks_that_count_otherwise_and_no_others(platform: FakePlatform) -> None:
    platform.courses[RUN] = course("a", "b")
    api.refresh(RUN)
    platform.courses[RUN] = course("a", "c")

    changed = api.refresh(RUN).changed

    assert changed == {key("b", "html"), key("c", "html"), key("u", "vertical"), key("course", "course")}


def test_a_new_title_is_a_new_snapshot_in_which_nothing_counts_otherwise(platform: FakePlatform) -> None:
    platform.courses[RUN] = course("a")
    api.refresh(RUN)
    platform.courses[RUN] = replace(course("a"), title="Another name")

    refreshed = api.refresh(RUN)

    assert (refreshed.changed, refreshed.outline.num, refreshed.outline.title) == (frozenset(), 2, "Another name")


def test_a_change_taken_back_is_a_third_snapshot_not_the_first_again(platform: FakePlatform) -> None:
    for leaves in (("a",), ("b",), ("a",)):
        platform.courses[RUN] = course(*leaves)
        refreshed = api.refresh(RUN)

    assert refreshed.outline.num == 3
    assert names(refreshed.outline) == ["a"]


def test_only_the_last_three_snapshots_of_a_run_are_kept(platform: FakePlatform) -> None:
    platform.courses[OTHER] = course("z", run=OTHER)
    api.refresh(OTHER)
    for name in "abcde":
        platform.courses[RUN] = course(name)
        api.refresh(RUN)

    assert (numbers(), numbers(OTHER)) == ([3, 4, 5], [1])


@pytest.mark.parametrize("run", ["course-v1:No+Such+Course", "not a key"])
def test_a_course_that_does_not_exist_is_named_in_the_error(platform: FakePlatform, run: str) -> None:
    with pytest.raises(NotFound, match=re.escape(run)):
        api.refresh(run)

    assert api.current(run) is None


def test_the_outline_of_a_course_read_for_the_first_time_is_made_on_the_spot(platform: FakePlatform) -> None:
    platform.courses[RUN] = course("a")

    outline = api.current(RUN)

    assert outline is not None
    assert (names(outline), numbers()) == (["a"], [1])


def test_a_course_deleted_from_the_platform_keeps_its_last_outline(platform: FakePlatform) -> None:
    platform.courses[RUN] = course("a")
    api.refresh(RUN)
    platform.courses.clear()

    outline = api.current(RUN)

    assert outline is not None
    assert names(outline) == ["a"]
    with pytest.raises(NotFound):
        api.refresh(RUN)


def test_what_is_current_is_the_stored_snapshot_until_somebody_refreshes(platform: FakePlatform) -> None:
    platform.courses[RUN] = course("a")
    api.refresh(RUN)
    platform.courses[RUN] = course("b")
    reads = platform.reads

    before = api.current(RUN)
    api.refresh(RUN)
    after = api.current(RUN)

    assert before is not None
    assert after is not None
    assert (names(before), names(after), platform.reads - reads) == (["a"], ["b"], 1)


def test_many_courses_cost_two_queries_the_first_time_and_one_after(
    platform: FakePlatform, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    runs = [f"course-v1:O+C+R{number}" for number in range(5)]
    for run in runs:
        platform.courses[run] = course("a", run=run)
        api.refresh(run)

    with django_assert_num_queries(2):
        first = api.current_many(runs)
    with django_assert_num_queries(1):
        again = api.current_many(runs)

    assert list(first) == list(again) == runs
    assert all(first[run] is again[run] for run in runs)


def test_no_courses_cost_no_query(platform: FakePlatform, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert api.current_many([]) == {}


def test_courses_that_do_not_exist_are_left_out_of_many(platform: FakePlatform) -> None:
    platform.courses[RUN] = course("a")

    assert list(api.current_many(["course-v1:No+Such+Course", RUN, "not a key"])) == [RUN]


def test_a_course_whose_key_differs_only_in_case_is_another_course(platform: FakePlatform) -> None:
    platform.courses[RUN] = course("a")
    api.refresh(RUN)

    assert api.current("course-v1:o+c+r") is None


def test_a_snapshot_rolled_back_is_not_remembered(platform: FakePlatform) -> None:
    platform.courses[RUN] = course("a")
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        api.refresh(RUN)
        api.current(RUN)
        raise ZeroDivisionError
    platform.courses[RUN] = course("b")

    outline = api.current(RUN)

    assert outline is not None
    assert (outline.num, names(outline)) == (1, ["b"])


def test_a_number_that_somebody_else_stored_meanwhile_is_tried_again_with_the_next(
    platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.courses[RUN] = course("a")
    real, stale = api._latest, [{}]
    api.refresh(RUN)
    platform.courses[RUN] = course("b")
    # The first look is the one of a process that read before snapshot 1 was committed.
    monkeypatch.setattr(api, "_latest", lambda keys: stale.pop() if stale else real(keys))

    refreshed = api.refresh(RUN)

    assert (refreshed.outline.num, numbers()) == (2, [1, 2])


def test_the_memory_of_a_process_is_bounded_and_keeps_what_was_used_last() -> None:
    memory = api._Memory(2)
    stamps = [api._Stamp(f"course-v1:O+C+{number}", 1, "d") for number in range(3)]
    outlines = [Outline(course_key=stamp.course_key, title="", items={}) for stamp in stamps]
    memory.put(stamps[0], outlines[0])
    memory.put(stamps[1], outlines[1])
    memory.get(stamps[0])
    memory.put(stamps[2], outlines[2])

    assert [memory.get(stamp) for stamp in stamps] == [outlines[0], None, outlines[2]]


def test_a_course_without_blocks_has_an_outline_of_one_item(platform: FakePlatform) -> None:
    platform.courses[RUN] = replace(course(), children=())
    outline = api.current(RUN)

    assert outline is not None
    assert [item.leaves for item in outline.items.values()] == [None]
