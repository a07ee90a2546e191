"""What an author reads before publishing: every difference, each once, in words."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings

from microcred_plugin.criteria.changes import changes
from microcred_plugin.criteria.parse import parse
from tests.world import completion, definition, milestone

from .criteria_strategies import full_definitions

TITLES = {"vertical@u1": "Tour", "vertical@u2": "Videos", "sequential@exam": "Final project"}


def told(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, bool]]:
    found = changes(parse(definition(**old)), parse(definition(**new)), titles=TITLES)
    return [(change.path, change.text, change.counts) for change in found]


def of(*requirements: Any, **more: Any) -> dict[str, Any]:
    return {"milestones": [milestone("first", requirements, **more)]}


TOUR, VIDEOS = completion("vertical@u1"), completion("vertical@u2")
EXAM = {"subsection_grade": {"block": "sequential@exam", "minimum": "0.7"}}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"title": "A"}, {"title": "B"}, ("title", "Title: B (was: A).", False)),
        ({}, {"description": "Long  story"}, ("description", "Description: Long story.", False)),
        ({"description": "Gone"}, {}, ("description", "Description: removed (was: Gone).", False)),
        ({}, {"stackable": False}, ("stackable", "Others may build on it: no (was: yes).", False)),
        ({}, {"quality": {"workload_hours": "1.5"}}, ("quality.workload_hours", "Workload in hours: 1.5.", False)),
        (
            {},
            {"eligibility": {"modes": ["verified"]}},
            ("eligibility.modes", "Enrolment tracks: verified.", True),
        ),
        (
            {},
            {"window": {"closes": "2027-01-01T00:00:00Z"}},
            ("window.closes", "Can be earned until: 2027-01-01T00:00:00Z.", True),
        ),
        (
            {},
            {"image": {"design": {"colour": "#aa0000"}}},
            ("image", "Badge: hexagon, #aa0000, award (was: hexagon, #0b5cad, award).", False),
        ),
        ({}, {"skills": [{"name": "Editing"}]}, ("skills", "Skills: Editing.", False)),
        (
            of(TOUR),
            of(TOUR, EXAM),
            ("milestones[0].require", "“First” now asks: Score at least 70% in “Final project”.", True),
        ),
        (of(TOUR, VIDEOS), of(TOUR), ("milestones[0].require", "“First” no longer asks: Complete “Videos”.", True)),
        (
            of(TOUR, VIDEOS),
            {"milestones": [{"key": "first", "title": "First", "require": {"any": [TOUR, VIDEOS]}}]},
            (
                "milestones[0].require",
                "“First” is earned by any of these (Complete “Tour”; Complete “Videos”).",
                True,
            ),
        ),
        (
            of(TOUR, VIDEOS),
            of(VIDEOS, TOUR),
            ("milestones[0].require", "“First” asks the same in another order.", False),
        ),
        (of(TOUR), of(TOUR, badge=True), ("milestones[0].badge", "“First” now has a badge of its own.", True)),
        (
            of(TOUR),
            {"milestones": [milestone("first", [TOUR]), milestone("more", [VIDEOS])]},
            ("milestones[1]", "New milestone “More”: Complete “Videos”.", True),
        ),
        (
            {"milestones": [milestone("first", [TOUR]), milestone("more", [VIDEOS])]},
            of(TOUR),
            ("milestones[1]", "Milestone “More” is removed.", True),
        ),
        (
            {"milestones": [milestone("first", [TOUR]), milestone("more", [VIDEOS])]},
            {"milestones": [milestone("more", [VIDEOS]), milestone("first", [TOUR])]},
            ("milestones", "The milestones are in another order.", False),
        ),
        (
            {"milestones": [milestone("first", [TOUR]), milestone("more", [VIDEOS])]},
            {"milestones": [milestone("first", [TOUR]), milestone("more", [VIDEOS])], "award_when": {"at_least": 1}},
            ("award_when", "At least 1 milestone is needed now.", True),
        ),
    ],
)
def test_each_difference_is_told_once(old: dict[str, Any], new: dict[str, Any], expected: Any) -> None:
    assert told(old, new) == [expected]


def test_a_skill_that_only_has_another_address_is_told_too() -> None:
    skill = {"name": "Editing"}
    assert told({"skills": [skill]}, {"skills": [{**skill, "uri": "https://example.org/1"}]})


def test_many_changes_come_in_the_order_of_the_document() -> None:
    new = {"title": "B", **of(TOUR, EXAM, badge=True), "policy": {"regression": "hold"}}
    assert [path for path, _, _ in told(of(TOUR), new)] == [
        "title",
        "milestones[0].badge",
        "milestones[0].require",
        "policy.regression",
    ]


@settings(max_examples=60)
@given(before=full_definitions(), after=full_definitions())
def test_nothing_is_told_of_equals_and_something_of_every_member_that_differs(before: Any, after: Any) -> None:
    assert changes(before, before) == ()
    for name in {field.name for field in fields(before)} - {"slug", "issuer"}:
        changed = replace(before, **{name: getattr(after, name)})
        if changed.award_when > len(changed.milestones):  # "all" of one is not "all" of the other
            changed = replace(changed, award_when=len(changed.milestones))
        if changed != before:
            texts = [change.text for change in changes(before, changed)]
            assert texts
            assert not [text for text in texts if "\n" in text]
