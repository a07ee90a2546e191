"""What the stories inside a platform have in common: a definition over the contract's course, and a worker's turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.test import TestCase

from microcred_plugin import api, dispatch
from microcred_plugin.data import AwardState
from microcred_plugin.definitions import offered, versions
from microcred_plugin.evidence import listening
from microcred_plugin.evidence.models import Pending
from microcred_plugin.structure import api as structure


def forget() -> None:
    """Begin as a process that has just started."""
    for module in (offered, versions, listening, structure, dispatch):
        module.forget()


@contextmanager
def committed(case: TestCase) -> Iterator[None]:
    """Do what follows a commit at the end of the block, in a test whose own transaction is never committed."""
    with case.captureOnCommitCallbacks(execute=True):
        yield
    transaction.get_connection().run_on_commit.clear()  # it is done, and must not pass for work that still waits


def definition(*requirements: dict[str, Any], slug: str = "basics", **more: Any) -> dict[str, Any]:
    """Return a document of one milestone that asks for all of these."""
    return {
        "format": "microcredential/1",
        "slug": slug,
        "title": slug.title(),
        "description": "What the tests earn.",
        "type": "MicroCredential",
        "issuer": "Org",
        "language": "en",
        "milestones": [{"key": "done", "title": "Done", "badge": True, "require": {"all": list(requirements)}}],
        **more,
    }


def publish(run: str, *requirements: dict[str, Any], **more: Any) -> None:
    """Publish such a definition in a run."""
    document = definition(*requirements, **more)
    api.save_draft(document, by=None, run=run)
    api.publish(document["slug"])
    listening.forget()


def whole_awards(user_id: int) -> list[tuple[str, AwardState]]:
    """Name the microcredentials somebody holds, with their state."""
    return [(one.slug, one.state) for one in api.awards_of(user_id) if not one.milestone_key]


def waiting(user_id: int) -> set[str]:
    """Name the contexts in which somebody waits to be judged."""
    return set(Pending.objects.filter(user_id=user_id).values_list("context", flat=True))
