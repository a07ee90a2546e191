"""A tiny course, imported, and the real export where there is one."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client
from edx_django_utils.cache import RequestCache

from microcred_plugin.sandbox import importing, learning
from tests.sandbox import exports

_REAL = "openedx-demo-course.tar.gz"


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what is imported in a folder of this test alone, and forget what a process remembers of switches."""
    RequestCache.clear_all_namespaces()
    cache.clear()
    settings.MICROCRED_SANDBOX_DIR = str(tmp_path_factory.mktemp("sandbox"))


@pytest.fixture
def tiny(transactional_db: None, tmp_path: Path) -> str:
    """The key of the tiny course of ``exports.FILES``, imported."""
    return importing.import_course(exports.folder(tmp_path / "tiny")).key


@pytest.fixture
def real_export() -> Path:
    """The Open edX demo course: MICROCRED_DEMO_COURSE, or ``shared/courses`` beside the checkout."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "courses" / _REAL
    path = Path(os.environ.get("MICROCRED_DEMO_COURSE", beside))
    if not path.exists():
        pytest.skip(f"no export of the Open edX demo course at {path}; name one in MICROCRED_DEMO_COURSE")
    return path


def signed_in(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def learner(tiny: str) -> User:
    """A learner of the tiny course."""
    user = User.objects.create_user("ada")
    learning.enrol(user, tiny)
    return user


@pytest.fixture
def browser(learner: User) -> Client:
    """The learner's browser."""
    return signed_in(learner)


@pytest.fixture
def stranger(tiny: str) -> Client:
    """The browser of somebody who is signed in and not enrolled."""
    return signed_in(User.objects.create_user("stranger"))


@pytest.fixture
def author(tiny: str) -> Client:
    """An author's browser."""
    user = User.objects.create_user("writer")
    Group.objects.get_or_create(name="author")[0].user_set.add(user)
    return signed_in(user)
