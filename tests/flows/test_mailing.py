"""What learners are mailed of, and of what not."""

from typing import Any

import pytest
from completion.models import BlockCompletion
from django.contrib.auth.models import User
from django.core import mail
from django.utils.timezone import now
from opaque_keys.edx.keys import CourseKey, UsageKey

from microcred_plugin import api
from microcred_plugin.awards.models import Award, Notice
from microcred_plugin.flows.notify import notify
from microcred_plugin.sandbox import learning
from tests.broker import Broker
from tests.world import World, completion, holding, milestone

Publish = Any
Tracked = list[dict[str, Any]]
UNITS = ("vertical@u1", "vertical@u2")
PARTS = [milestone("m", [completion(UNITS[0])], badge=True), milestone("n", [completion(UNITS[1])])]


def subjects() -> list[str]:
    return [message.subject for message in mail.outbox]


def earn(world: World, learner: User) -> Award:
    world.complete(learner, *UNITS)
    return Award.objects.get(user=learner, milestone_key="")


def test_who_earns_a_microcredential_is_mailed_once_with_a_link_to_the_courses_page(
    world: World, publish: Publish, settings: Any
) -> None:
    settings.LMS_ROOT_URL = "https://learn.example.org"
    learner = User.objects.create_user("ada", "ada@example.org", first_name="Ada", last_name="Lovelace")
    learning.enrol(learner, world.run)
    publish(title="Teach & care", language="es")
    award = earn(world, learner)
    assert [notify(award.pk), api.sweep().notified] == [False, 0]
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["ada@example.org"], "You have earned “Teach & care”")
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    address = f"https://learn.example.org/microcredentials/courses/{world.run}/"
    for text in (message.body, html):
        assert "Hello Ada Lovelace," in text
        assert address in text
    assert "“Teach & care” of Org" in message.body
    assert '<bdi lang="es">Teach &amp; care</bdi>' in html
    assert '<div lang="en" dir="ltr"' in html


def test_a_mail_says_in_which_direction_it_reads(world: World, learner: User, publish: Publish, settings: Any) -> None:
    settings.LANGUAGE_CODE = "ar"
    publish()
    earn(world, learner)
    assert '<div lang="ar" dir="rtl"' in mail.outbox[0].alternatives[0][0]


def test_the_link_of_a_mail_is_the_courses_page(world: World, learner: User, publish: Publish, client: Any) -> None:
    publish()
    earn(world, learner)
    client.force_login(learner)
    path = next(line for line in mail.outbox[0].body.split() if line.startswith("http")).partition(":8000")[2]
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Basics" in answer.content.decode()


def test_a_stack_without_a_course_leads_to_the_lms(world: World, learner: User, publish: Publish) -> None:
    base = publish()
    publish("stack", run=None, milestones=[milestone("m", [holding(base)])], title="Stack")
    world.complete(learner, *UNITS)
    assert subjects() == ["You have earned “Basics”", "You have earned “Stack”"]
    assert "http://127.0.0.1:8000/\n" in mail.outbox[1].body


@pytest.mark.parametrize("told", [False, True])
def test_badges_of_milestones_are_mailed_if_the_operator_wants_it(
    world: World, learner: User, publish: Publish, settings: Any, told: bool
) -> None:
    settings.MICROCRED_MAIL_MILESTONES = told
    publish(milestones=PARTS)
    world.complete(learner, "vertical@u1")
    assert subjects() == (["You have earned “M”"] if told else [])
    if told:
        assert "a milestone of “Basics” of Org" in mail.outbox[0].body


def test_nobody_is_mailed_when_it_is_turned_off(world: World, learner: User, publish: Publish, settings: Any) -> None:
    settings.MICROCRED_MAIL_LEARNERS = False
    publish()
    award = earn(world, learner)
    assert not Notice.objects.exists()
    settings.MICROCRED_MAIL_LEARNERS = True
    api.sweep()
    assert mail.outbox == []  # nor later of what was earned before
    api.revoke(award.uuid, reason="A mistake.")
    assert subjects() == ["“Basics” is no longer valid"]  # the learner has seen it on their page


def test_what_waits_when_mail_is_turned_off_is_not_sent(
    world: World, learner: User, publish: Publish, settings: Any, broker: Broker
) -> None:
    publish()
    award = api.award(learner.pk, "basics", reason="So.")
    settings.MICROCRED_MAIL_LEARNERS = False
    broker.work()
    assert mail.outbox == []
    assert not Notice.objects.exists()
    assert Award.objects.get(uuid=award.uuid).told_held is True


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("staff", "The course team has decided so."),
        ("policy", "can no longer be found in your course"),
        ("expired", "Its time is over."),
    ],
)
def test_who_loses_it_is_told_why(world: World, learner: User, publish: Publish, why: str, words: str) -> None:
    publish(policy={"regression": "revoke"})
    award = earn(world, learner)
    if why == "staff":
        api.revoke(award.uuid, reason="Plagiarism of file 7.")
    elif why == "policy":
        learning.reset(learner, world.run)
    else:
        Award.objects.update(expires_at=now())
    api.sweep()
    assert subjects() == ["You have earned “Basics”", "“Basics” is no longer valid"]
    for text in (mail.outbox[1].body, mail.outbox[1].alternatives[0][0]):
        assert words in text
        assert "Plagiarism" not in text


def test_what_is_given_back_is_told_and_a_hold_is_not(world: World, learner: User, publish: Publish) -> None:
    publish()
    award = earn(world, learner)
    for verb in (api.hold, api.restore, api.hold, api.revoke, api.restore):
        verb(award.uuid, reason="So.")
    assert subjects() == ["You have earned “Basics”", "“Basics” is no longer valid", "“Basics” is valid again"]


def test_what_was_given_and_taken_before_it_was_told_is_never_told(
    world: World, learner: User, publish: Publish, broker: Broker
) -> None:
    publish()
    award = api.award(learner.pk, "basics", reason="So.")
    api.revoke(award.uuid, reason="A mistake.")
    broker.work()
    assert mail.outbox == []
    api.restore(award.uuid, reason="It was none.")
    broker.work()
    assert subjects() == ["“Basics” is valid again"]


def test_an_award_of_before_there_were_mails_is_told_of_when_it_changes_only_if_that_was_told(
    world: World, learner: User, publish: Publish
) -> None:
    publish()
    award = earn(world, learner)
    Award.objects.update(told_held=None, backfilled=None)
    mail.outbox.clear()
    for verb in (api.revoke, api.restore):
        verb(award.uuid, reason="So.")
    assert subjects() == ["“Basics” is valid again"]


@pytest.mark.parametrize("gone", ["inactive", "retired", "no address"])
def test_who_cannot_be_mailed_is_not_and_it_does_not_wait(
    world: World, learner: User, publish: Publish, broker: Broker, gone: str
) -> None:
    publish()
    api.award(learner.pk, "basics", reason="So.")
    if gone == "retired":
        learning.retire(learner)
    else:
        User.objects.update(**({"is_active": False} if gone == "inactive" else {"email": ""}))
    broker.work()
    assert mail.outbox == []
    assert not Notice.objects.exists()


# Walks over all learners


def test_a_backfill_mails_nobody_unless_the_operator_wants_it(
    world: World, publish: Publish, settings: Any, tracked: Tracked
) -> None:
    for name in ("ada", "grace"):
        world.complete(world.learner(name), *UNITS)
    publish()
    assert (len(tracked), mail.outbox) == (2, [])
    settings.MICROCRED_MAIL_BACKFILLED = True
    publish("more")
    assert subjects() == ["You have earned “More”"] * 2


def test_what_is_built_on_what_a_backfill_awarded_is_not_mailed_either(
    world: World, learner: User, publish: Publish
) -> None:
    base = publish(units=["vertical@u3"])
    stack = publish("stack", run=None, milestones=[milestone("m", [holding(base)])])
    publish("next", run=None, milestones=[milestone("m", [holding(stack)])])
    world.complete(learner, *UNITS)
    publish(units=list(UNITS))
    assert {award.slug for award in api.awards_of(learner.pk)} == {"basics", "stack", "next"}
    assert mail.outbox == []
    api.revoke(Award.objects.get(microcredential__slug="basics").uuid, reason="A mistake.")
    assert subjects() == ["“Basics” is no longer valid"]


def test_what_reconcile_mends_is_not_mailed(world: World, learner: User, publish: Publish) -> None:
    publish()
    world.complete(learner, UNITS[0])
    course = CourseKey.from_string(world.run)
    BlockCompletion.objects.bulk_create(  # which no signal tells of
        BlockCompletion(
            user=learner,
            context_key=course,
            block_key=UsageKey.from_string(key),
            block_type="html",
            completion=1.0,
        )
        for key in world.leaves(UNITS[1])
    )
    assert "award_missing" in {one.problem for one in api.reconcile("basics", fix=True) if one.fixed}
    assert [award.slug for award in api.awards_of(learner.pk)] == ["basics"]
    assert mail.outbox == []
