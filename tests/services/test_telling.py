"""Several workers tell of the same awards at once, on a real server: each mail once, nobody waits for a mail server."""

import time
from itertools import pairwise
from threading import Event
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import OperationalError

from microcred_plugin import api
from microcred_plugin.awards import notices
from microcred_plugin.awards.models import Award, Channel, Notice
from microcred_plugin.flows.notify import notify
from tests.broker import Broker
from tests.faults import Stumbling
from tests.services.conftest import Together
from tests.world import World

pytestmark = pytest.mark.services
Publish = Any


def test_workers_who_take_the_same_awards_at_once_tell_each_once(
    world: World,
    publish: Publish,
    broker: Broker,
    stumbling: type[Stumbling],
    together: Together,
    tracked: list[dict[str, Any]],
) -> None:
    publish()
    learners = [world.learner(f"learner{number}") for number in range(5)]
    uuids = [api.award(learner.pk, "basics", reason="So.").uuid for learner in learners]
    pks = list(Award.objects.filter(uuid__in=uuids).values_list("pk", flat=True))
    broker.take()
    stumbling.when("mail", lambda *args: time.sleep(0.05))

    def work() -> None:
        for pk in pks:
            notify(pk)

    together.run(*[work] * 6)
    assert sorted(message.to[0] for message in mail.outbox) == sorted(learner.email for learner in learners)
    assert len(tracked) == 5
    assert not Notice.objects.exists()
    assert set(Award.objects.values_list("told_held", flat=True)) == {True}


def test_who_changes_an_award_does_not_wait_for_its_mail_and_the_change_is_told_after_it(
    world: World,
    learner: User,
    publish: Publish,
    broker: Broker,
    stumbling: type[Stumbling],
    together: Together,
) -> None:
    publish()
    uuid = api.award(learner.pk, "basics", reason="So.").uuid
    sending, go_on = Event(), Event()

    def hang(*args: Any) -> None:
        sending.set()
        go_on.wait(10)

    stumbling.when("mail", hang)
    worker = together.start(lambda: notify(Award.objects.get(uuid=uuid).pk))
    assert sending.wait(10)
    together.start(lambda: api.revoke(uuid, reason="A mistake.")).result(timeout=5)
    pk = Award.objects.get(uuid=uuid).pk
    assert notices.claim(pk, Channel.MAIL) is None  # it is the other's
    go_on.set()
    worker.result(timeout=30)
    assert [message.subject for message in mail.outbox] == ["You have earned “Basics”", "“Basics” is no longer valid"]
    broker.work()  # the change's own wake-up has it tracked
    assert not Notice.objects.exists()


def test_who_is_forgotten_while_a_mail_is_sent_is_not_waited_for(
    world: World, learner: User, publish: Publish, broker: Broker, stumbling: type[Stumbling], together: Together
) -> None:
    publish()
    pk = Award.objects.get(uuid=api.award(learner.pk, "basics", reason="So.").uuid).pk
    sending, go_on = Event(), Event()

    def hang(*args: Any) -> None:
        sending.set()
        go_on.wait(10)

    stumbling.when("mail", hang)
    worker = together.start(lambda: notify(pk))
    assert sending.wait(10)
    together.start(lambda: api.forget_user(learner.pk)).result(timeout=5)
    go_on.set()
    worker.result(timeout=30)
    assert (Award.objects.count(), Notice.objects.count()) == (0, 0)


def test_telling_changing_and_forgetting_at_once_loses_nothing_and_leaves_nothing(
    world: World, publish: Publish, broker: Broker, together: Together, settings: Any
) -> None:
    settings.MICROCRED_BACKOFF_SECONDS = 0
    publish()
    learners = [world.learner(f"learner{number}") for number in range(8)]
    retiring, staying = learners[::2], learners[1::2]
    uuids = {user.pk: api.award(user.pk, "basics", reason="So.").uuid for user in learners}
    pks = list(Award.objects.values_list("pk", flat=True))
    until = time.monotonic() + 3

    def tell() -> None:
        while time.monotonic() < until:
            for pk in pks:
                notify(pk)

    def change(user: User) -> None:
        for _ in range(6):
            for verb in (api.revoke, api.restore):
                verb(uuids[user.pk], reason="So.")

    def retire() -> None:
        for user in retiring:
            for _ in range(20):
                try:
                    api.forget_user(user.pk)
                    break
                except OperationalError:
                    time.sleep(0.01)

    together.run(tell, tell, tell, retire, *[lambda user=user: change(user) for user in staying])
    api.sweep()
    assert set(Award.objects.values_list("user_id", flat=True)) == {user.pk for user in staying}
    assert not Notice.objects.exists()
    for user in staying:
        subjects = [message.subject for message in mail.outbox if message.to == [user.email]]
        # Each says something else than the one before: what was overtaken is not told.
        assert all(one != other for one, other in pairwise(subjects))
        assert subjects[-1] in ("You have earned “Basics”", "“Basics” is valid again")
