"""Which queue our tasks are put into: the LMS's, also when Studio starts them."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from microcred_plugin import api, dispatch
from tests.broker import Broker
from tests.world import World, definition

LMS, CMS = "edx.lms.core.default", "edx.cms.core.default"


@pytest.fixture
def studio(settings: Any, broker: Broker) -> Broker:
    """A process of Studio as the platform sets it up (cms/envs/production.py)."""
    settings.ROOT_URLCONF = "cms.urls"
    broker.app.conf.task_default_queue = CMS
    return broker


def waiting_in(broker: Broker, queue: str) -> int:
    """Count what waits in a queue, without taking it."""
    with broker.app.connection_for_read() as connection, connection.SimpleQueue(queue) as simple:
        return int(simple.qsize())


def drain(broker: Broker, *queues: str) -> None:
    with broker.app.connection_for_read() as connection:
        for name in queues:
            with connection.SimpleQueue(name) as queue:
                queue.clear()


def test_what_studio_publishes_is_done_by_the_workers_of_the_lms(world: World, studio: Broker) -> None:
    drain(studio, LMS, CMS)
    api.save_draft(definition(), by=None, run=world.run)
    api.publish("basics")
    assert (waiting_in(studio, LMS) > 0, waiting_in(studio, CMS)) == (True, 0)
    drain(studio, LMS, CMS)


def test_the_lms_uses_its_default_queue(world: World, broker: Broker, publish: Any, learner: User) -> None:
    broker.app.conf.task_default_queue = LMS
    drain(broker, LMS)
    publish()
    assert waiting_in(broker, LMS) > 0
    assert dispatch.queue() == ""
    drain(broker, LMS)


def test_a_queue_of_our_own_is_used_by_both(world: World, studio: Broker, settings: Any) -> None:
    settings.MICROCRED_TASK_QUEUE = "microcredentials"
    drain(studio, LMS, CMS, "microcredentials")
    dispatch.start("refresh_structure", world.run)
    assert [waiting_in(studio, name) for name in (LMS, CMS, "microcredentials")] == [0, 0, 1]
    settings.ROOT_URLCONF = "lms.urls"
    dispatch.start("refresh_structure", world.run)
    assert waiting_in(studio, "microcredentials") == 2
    drain(studio, "microcredentials")


@pytest.mark.parametrize(
    ("default", "queue"),
    [
        (CMS, LMS),
        ("edx.core.default", ""),  # no variant: LMS and Studio share it
        ("studio", ""),  # an operator's own name: MICROCRED_TASK_QUEUE says more
        ("acme.cms.tasks", "acme.lms.tasks"),
        ("cmsish.default", ""),
    ],
)
def test_the_name_of_the_queue_follows_the_names_of_the_platform(studio: Broker, default: str, queue: str) -> None:
    studio.app.conf.task_default_queue = default
    assert dispatch.queue() == queue
