"""Where a person is in our tables: the one list that retirement, the export and docs/reference/personal-data.md follow.

A part that comes to hold something about people adds a line here, and both reach it; a test compares the list with the
models. See docs/decisions/0013-forgetting-a-learner.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from microcred_plugin.awards.models import Award, AwardEvent, Notice
from microcred_plugin.definitions.models import Draft, Microcredential, Version
from microcred_plugin.evidence.models import Backfill, Confirmation, Gate, Pending
from microcred_plugin.progress.models import Progress

#: In place of an actor in rows that must go on saying that a person acted: no user has this id.
SOMEBODY = 0

_ITSELF = "it is the person the export is of"
_NUMBER = "a number inside this database"
_OTHERS = "it concerns another person"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Rows about a person: exported whole, and deleted when the person is forgotten."""

    name: str  #: in the export
    model: type[models.Model]
    path: str  #: from a row to the person's id
    left_out: Mapping[str, str] = field(default_factory=dict)  #: field → why the export does not show it
    also: Mapping[str, str] = field(default_factory=dict)  #: name in the export → field that is only told to be there

    def rows(self, user_id: int) -> "models.QuerySet[Any]":
        """Return the person's rows, in their order."""
        return models.QuerySet(self.model).filter(**{self.path: user_id}).order_by("pk")

    def count(self, user_id: int) -> int:
        """Count what would be deleted."""
        return self.rows(user_id).count()

    def erase(self, user_id: int) -> int:
        """Delete the rows; return how many. They are locked by their ids first, as everybody locks them."""
        pks = list(self.rows(user_id).select_for_update(of=()).values_list("pk", flat=True))
        if pks:
            models.QuerySet(self.model).filter(pk__in=pks).delete()
        return len(pks)


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Rows about something or somebody else that name who did it: they stay, without the name."""

    name: str  #: in the export
    model: type[models.Model]
    path: str  #: the field that names the person
    instead: int | None  #: what is written there
    shown: tuple[str, ...]  #: what the export shows
    left_out: Mapping[str, str] = field(default_factory=dict)  #: field → why the export does not show it

    def rows(self, user_id: int) -> "models.QuerySet[Any]":
        """Return the rows that name the person, in their order."""
        return models.QuerySet(self.model).filter(**{self.path: user_id}).order_by("pk")

    def count(self, user_id: int) -> int:
        """Count in how many rows the person would be made nobody."""
        return self.rows(user_id).count()

    def erase(self, user_id: int) -> int:
        """Take the name out of the rows, also of those that are written once; return how many.

        Looked up first: an update by a column without an index would lock the whole table on MySQL.
        """
        pks = list(self.rows(user_id).values_list("pk", flat=True))
        return models.QuerySet(self.model).filter(pk__in=pks).update(**{self.path: self.instead}) if pks else 0


Holding = About | By

#: In the order in which everybody takes locks: progress, awards and what hangs on them, confirmations, outbox.
HOLDINGS: tuple[Holding, ...] = (
    About(name="progress", model=Progress, path="user_id", left_out={"id": _NUMBER, "user": _ITSELF}),
    By(
        name="award_changes_made",
        model=AwardEvent,
        path="actor_id",
        instead=SOMEBODY,
        shown=("kind", "at"),
        left_out={"award": _OTHERS, "reason": _OTHERS},
    ),
    About(
        name="award_history",
        model=AwardEvent,
        path="award__user_id",
        left_out={"id": _NUMBER, "actor_id": _OTHERS},
        also={"by_a_person": "actor_id"},
    ),
    About(
        name="notices",
        model=Notice,
        path="award__user_id",
        left_out={"id": _NUMBER},
    ),
    About(name="awards", model=Award, path="user_id", left_out={"id": _NUMBER, "user": _ITSELF}),
    By(
        name="confirmations_made",
        model=Confirmation,
        path="confirmed_by_id",
        instead=None,
        shown=("microcredential", "milestone_key", "confirmed_at"),
        left_out={"user": _OTHERS, "reason": _OTHERS},
    ),
    About(
        name="confirmations",
        model=Confirmation,
        path="user_id",
        left_out={"id": _NUMBER, "user": _ITSELF, "confirmed_by": _OTHERS},
        also={"by_a_person": "confirmed_by_id"},
    ),
    By(
        name="drafts_saved",
        model=Draft,
        path="modified_by_id",
        instead=None,
        shown=("microcredential", "lock", "modified"),
        left_out={"document": "it is the course team's, and says nothing about a person"},
    ),
    By(
        name="versions_published",
        model=Version,
        path="created_by_id",
        instead=SOMEBODY,
        shown=("microcredential", "num", "note", "created"),
        left_out={"document": "it is published, and says nothing about a person", "digest": "of the document"},
    ),
    About(
        name="waiting",
        model=Pending,
        path="user_id",
        left_out={"id": _NUMBER, "user_id": _ITSELF, "change": "a random number"},
    ),
)

#: Fields that hold a person's id, or a text that people write, and are neither exported nor erased; and why.
APART: Mapping[tuple[type[models.Model], str], str] = {
    (Gate, "forgotten"): "it is what keeps a person forgotten; there is nothing else about them",
    (Backfill, "cursor"): "it says how far a walk over all learners came, and nothing about whom it met last",
    (Backfill, "learners"): "it is how many a walk met",
    (Backfill, "last_error"): "it is about a walk over many learners",
    (Microcredential, "retired_reason"): "it is about a microcredential, and published with it",
}
