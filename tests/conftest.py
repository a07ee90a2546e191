"""What every test may ask for: a small course, learners, and ways to do what learners and authors do."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import translation

from tests import broker as brokers
from tests.broker import Broker
from tests.faults import Stumbling
from tests.platform.contract import tracked as collecting_tracked
from tests.world import RUN, World


@pytest.fixture(autouse=True)
def forgetful_process() -> None:
    """Begin as a process that has just started: nothing cached, no broker known to be down, nobody's language."""
    from microcred_plugin import dispatch
    from microcred_plugin.definitions import offered, versions
    from microcred_plugin.evidence import listening
    from microcred_plugin.structure import api as structure

    for module in (offered, versions, listening, structure):
        module.forget()
    dispatch.forget()
    translation.deactivate()  # a request leaves the language of its reader behind


@pytest.fixture
def world(transactional_db: None) -> World:
    """A platform with one small course (see ``World``); commits are real, so that after-commit work happens."""
    return World()


@pytest.fixture
def learner(world: World) -> User:
    """A learner enrolled in the course."""
    return world.learner("ada")


@pytest.fixture
def publish(world: World) -> Callable[..., Any]:
    """Publish a definition in the course: ``publish(milestones=[…], slug=…)``."""
    return world.publish


@pytest.fixture
def broker(world: World) -> Iterator[Broker]:
    """A real broker in memory that only collects: the test says when a worker takes what waits there."""
    with brokers.collecting() as collecting:
        yield collecting


@pytest.fixture
def stumbling(settings: Any) -> Iterator[type[Stumbling]]:
    """The sandbox's platform, to which things happen while it is asked: it fails, or a learner goes on working."""
    settings.MICROCRED_PLATFORM = Stumbling.PATH
    yield Stumbling
    Stumbling.recover()


@pytest.fixture
def announced() -> Iterator[list[tuple[str, str]]]:
    """What the platform heard of badges: (``awarded`` or ``revoked``, uuid of the award)."""
    from microcred_plugin.signals import BADGE_AWARDED, BADGE_REVOKED

    heard: list[tuple[str, str]] = []

    def awarded(badge: Any, **kwargs: Any) -> None:
        heard.append(("awarded", badge.uuid))

    def revoked(badge: Any, **kwargs: Any) -> None:
        heard.append(("revoked", badge.uuid))

    BADGE_AWARDED.connect(awarded)
    BADGE_REVOKED.connect(revoked)
    yield heard
    BADGE_AWARDED.disconnect(awarded)
    BADGE_REVOKED.disconnect(revoked)


@pytest.fixture
def tracked() -> Iterator[list[dict[str, Any]]]:
    """What the tracker emitted of awards, as its backends get it: name, data, context."""
    with collecting_tracked() as events:
        yield events


__all__ = ["RUN"]
