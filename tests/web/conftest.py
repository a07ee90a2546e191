"""People who ask, and how they say who they are."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from edx_rest_framework_extensions.auth.jwt.tests.utils import generate_jwt

from microcred_plugin import api
from microcred_plugin.data import AwardData
from tests.world import RUN, World, completion, milestone

Asking = Callable[..., Any]


@pytest.fixture(autouse=True)
def unhurried() -> None:
    """Nobody has asked anything yet."""
    cache.clear()


@pytest.fixture
def offered(world: World, publish: Any) -> Any:
    """Offer a microcredential of two milestones, the first with a badge of its own."""
    return publish(
        milestones=[
            milestone("one", [completion("vertical@u1")], badge=True),
            milestone("two", [completion("vertical@u2")]),
        ]
    )


@pytest.fixture
def award(world: World, learner: User, offered: Any) -> AwardData:
    """Have Ada earn the first milestone's badge."""
    world.complete(learner, "vertical@u1")
    return api.awards_of(learner.pk)[0]


@pytest.fixture
def people(world: World, learner: User, settings: Any) -> dict[str, User | None]:
    """Everybody who may ask: by the name of their part."""
    # As the platform's own: people who have not activated their account may log in.
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.AllowAllUsersModelBackend"]
    staff, limited, author = (User.objects.create_user(name) for name in ("staff", "limited", "author"))
    staff.groups.add(Group.objects.create(name=f"course_staff:{world.run}"))
    limited.groups.add(Group.objects.create(name=f"limited_staff:{world.run}"))
    author.groups.add(Group.objects.create(name="author"))  # the sandbox's course team of every course
    return {
        "anonymous": None,
        "learner": learner,
        "other learner": world.learner("grace"),
        "course staff": staff,
        "limited staff": limited,
        "staff of another course": _staff_of("course-v1:Org+Other+Run"),
        "author": author,
        "superuser": User.objects.create_superuser("root"),
        "inactive": User.objects.create_user("sleepy", is_active=False),
    }


def _staff_of(run: str) -> User:
    user = User.objects.create_user("elsewhere")
    user.groups.add(Group.objects.create(name=f"course_staff:{run}"))
    return user


@pytest.fixture
def ask() -> Asking:
    """Get one of our addresses as somebody: ``ask(user, "api-v1-award", uuid, page=2)``."""

    def asking(user: User | None, name: str, *args: Any, **query: Any) -> Any:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client.get(reverse(f"microcred_plugin:{name}", args=args), query)

    return asking


@pytest.fixture
def ask_by_token() -> Asking:
    """The same with a JWT in place of a session; ``claims`` are those of ``generate_jwt``."""

    def asking(user: User, name: str, *args: Any, **claims: Any) -> Any:
        headers = {"HTTP_AUTHORIZATION": f"JWT {generate_jwt(user, **claims)}"}
        return Client().get(reverse(f"microcred_plugin:{name}", args=args), **headers)

    return asking


NAMESPACE = "microcred_plugin_studio"


@pytest.fixture
def call() -> Asking:
    """Ask one of the addresses as somebody: ``call(user, "put", "draft", uuid, sent=…, lock=…)``."""

    def calling(user: User | None, method: str, name: str, *args: Any, **given: Any) -> Any:
        client = Client()
        if user is not None:
            client.force_login(user)
        address = reverse(f"{NAMESPACE}:api-v1-studio-{name}", args=[given.get("run", RUN), *args])
        headers = {"If-Match": f'"{given["lock"]}"'} if "lock" in given else given.get("headers", {})
        sent = given.get("sent", {})
        data = sent if isinstance(sent, str | bytes) else json.dumps(sent)
        kind = given.get("kind", "application/json")
        if method == "get":
            return client.get(address, given.get("query"), headers=headers)
        return getattr(client, method)(address, data, content_type=kind, headers=headers)

    return calling


@pytest.fixture
def author(people: dict[str, User | None]) -> User:
    """Return somebody who may write the course."""
    found = people["author"]
    assert found is not None
    return found
