"""The block on the real plugin: what a learner does in the course appears in it, at the cost that was promised."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from microcred_plugin import api
from tests.world import World, completion, definition, holding, milestone
from tests.xblocks.shown import LEARNER, STAFF, Plugin, ask, find, save, see, text
from tests.xblocks.shown import block as with_fake

USAGE = "block-v1:Org+Demo+Run+type@microcredential+block@m1"
TWO_STEPS = [
    milestone("first", [completion("vertical@u1")], badge=True),
    milestone("second", [completion("vertical@u2"), completion("vertical@u3")], badge=True),
]


def block(user: User | None, staff: bool = False, **fields: Any) -> Any:
    """A block that thinks through the real API."""
    told = {**(STAFF if staff else LEARNER), "user_id": user.pk} if user else None
    made = with_fake(Plugin(), told, usage=USAGE, **fields)
    made._api = lambda: api
    return made


def shown(user: User | None, **fields: Any) -> Any:
    return see(block(user, **fields).student_view({}))


@pytest.fixture
def course(world: World) -> World:
    """A course with a microcredential of two milestones."""
    world.publish(milestones=TWO_STEPS)
    return world


def test_a_learner_sees_the_way_from_nothing_to_the_badge(course: World, learner: User) -> None:
    begin = ask(block(learner)).json
    assert find(see_html(begin), "links"), "what is left is named"

    course.complete(learner, "vertical@u1")
    half = ask(block(learner)).json
    assert half["digest"] != begin["digest"]
    assert half["news"] == {"milestone:first": "Milestone First earned."}
    assert "1 of 2 milestones earned" in text(see_html(half))

    course.complete(learner, "vertical@u2", "vertical@u3")
    done = ask(block(learner)).json
    assert "You earned Basics" in text(see_html(done))
    assert "Shown by taking part." in text(see_html(done))
    assert done["news"]["whole"] == "You earned Basics."
    assert done["pending"] is False


def see_html(answer: dict[str, Any]) -> Any:
    from lxml import html

    return html.fromstring(f"<main>{answer['html']}</main>")


def test_each_thing_left_leads_to_its_unit(course: World, learner: User) -> None:
    addresses = [link.get("href") for link in shown(learner).iter("a")]

    assert len(addresses) == 3
    assert all(address.startswith(("/", "http")) for address in addresses)


@pytest.mark.parametrize("variant", ["progress", "badge", "stack"])
@pytest.mark.parametrize("done", [(), ("vertical@u1",), ("vertical@u1", "vertical@u2", "vertical@u3")])
def test_a_view_costs_at_most_five_queries(course: World, learner: User, variant: str, done: tuple[str, ...]) -> None:
    course.complete(learner, *done)
    shown(learner, variant=variant)

    with CaptureQueriesContext(connection) as captured:
        shown(learner, variant=variant)
    assert len(captured) <= 5, [query["sql"] for query in captured]


def test_looking_writes_nothing(course: World, learner: User) -> None:
    shown(learner)

    with CaptureQueriesContext(connection) as captured:
        shown(learner)
    assert not [query for query in captured if not query["sql"].startswith("SELECT")]


def test_the_stack_shows_what_was_earned_below_and_what_it_counts_towards(course: World, learner: User) -> None:
    basics = course.publish("basics-two", units=["vertical@u1"])
    top = course.publish("top", milestones=[milestone("both", [holding(basics)]), TWO_STEPS[1]])

    course.complete(learner, "vertical@u1")
    below = text(shown(learner, variant="stack", microcredential=str(top.uuid)))
    above = text(shown(learner, variant="stack", microcredential=str(basics.uuid)))
    assert "Builds on" in below
    assert "Basics-Two" in below
    assert "Counts towards" in above
    assert "Top" in above


def test_a_learner_who_is_not_enrolled_is_told_to_enrol(course: World) -> None:
    stranger = User.objects.create_user("stranger")

    assert "Enrol in this course to earn it." in text(shown(stranger))


def test_nothing_published_is_nothing_to_learners_and_a_hint_to_staff(world: World, learner: User) -> None:
    assert shown(learner) is None
    assert "This course has no microcredential yet." in text(see(block(learner, staff=True).student_view({})))


def test_a_draft_is_offered_to_the_course_team_and_hidden_from_learners(world: World, learner: User) -> None:
    api.save_draft(definition(), by=None, run=world.run)

    assert shown(learner) is None
    assert "draft" in text(see(block(None).studio_view({})))


def test_a_retired_one_stays_with_the_learner_who_has_it(course: World, learner: User) -> None:
    course.complete(learner, "vertical@u1", "vertical@u2", "vertical@u3")
    api.retire("basics")

    assert "You earned Basics" in text(shown(learner))
    assert "It can no longer be earned. Yours stays." in text(shown(learner))


def test_a_revoked_award_is_explained(course: World, learner: User) -> None:
    course.complete(learner, "vertical@u1", "vertical@u2", "vertical@u3")
    (whole,) = (award for award in api.awards_of(learner.pk) if not award.milestone_key)
    api.revoke(whole.uuid, reason="copied from a neighbour")

    page = text(shown(learner))
    assert "Your award was revoked" in page
    assert "neighbour" not in page


def test_the_preview_and_the_visitor_need_no_learner(course: World) -> None:
    panes = find(see(block(None).author_view({})), "pane")

    assert len(panes) == 3
    assert "Sign in and enrol" in text(shown(None))


def test_the_editor_takes_what_the_course_offers(course: World, learner: User) -> None:
    offered = str(api.list_microcredentials(course.run)[0].uuid)
    one = block(learner, staff=True)

    assert save(one, display_name="Badge", microcredential=offered, variant="badge").status_code == 200
    assert one.microcredential == offered
