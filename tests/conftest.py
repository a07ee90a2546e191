"""What every test may ask for: a small course, learners, and ways to do what learners and authors do."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.world import RUN, World


@pytest.fixture(autouse=True)
def forgetful_process() -> Iterator[None]:
    """Begin as a process that has just started: nothing cached, no broker known to be down."""
    from microcred_plugin import dispatch
    from microcred_plugin.definitions import versions
    from microcred_plugin.evidence import listening
    from microcred_plugin.structure import api as structure

    for module in (versions, listening, structure):
        module.forget()
    dispatch.forget()
    yield


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


__all__ = ["RUN"]
