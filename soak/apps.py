"""Hears BADGE_AWARDED in every process and notes it in a table, in the transaction in which it was sent."""

from typing import Any

from django.apps import AppConfig
from django.db import connection

TABLE = "soak_heard"


class SoakConfig(AppConfig):
    """The load test as a Django app, for its receiver."""

    name = "soak"
    label = "microcred_soak"

    def ready(self) -> None:
        """Listen as a plugin of the platform would."""
        from openedx_events.learning.signals import BADGE_AWARDED, BADGE_REVOKED

        BADGE_AWARDED.connect(_awarded, dispatch_uid="microcred_soak.awarded")
        BADGE_REVOKED.connect(_revoked, dispatch_uid="microcred_soak.revoked")


def create_table() -> None:
    """Make the table; it is dropped with the database. No model: it has no migration, and tests need none of it."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (kind VARCHAR(8) NOT NULL, uuid VARCHAR(36) NOT NULL)")


def heard() -> list[tuple[str, str]]:
    """Return every reception: (``awarded`` or ``revoked``, uuid of the award)."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT kind, uuid FROM {TABLE}")  # noqa: S608 - our own name
        return [(str(kind), str(uuid)) for kind, uuid in cursor.fetchall()]


def _awarded(badge: Any, **kwargs: Any) -> None:
    _note("awarded", badge.uuid)


def _revoked(badge: Any, **kwargs: Any) -> None:
    _note("revoked", badge.uuid)


def _note(kind: str, uuid: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (kind, uuid) VALUES (%s, %s)", [kind, uuid])  # noqa: S608 - our own name
