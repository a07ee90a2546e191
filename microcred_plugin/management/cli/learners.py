"""Subcommands about one learner: explain, award, hold, revoke, restore, confirm."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

from microcred_plugin import api
from microcred_plugin.data import AwardData
from microcred_plugin.management.cli.explained import explained
from microcred_plugin.management.cli.layout import plain
from microcred_plugin.management.cli.verb import (
    REASON,
    RUN,
    SLUG,
    USERNAME,
    UUID_OF_AWARD,
    Call,
    Result,
    Verb,
    argument,
)


class Change(Protocol):
    """One of ``api.hold``, ``api.revoke``, ``api.restore``."""

    def __call__(self, award_uuid: UUID, *, reason: str, by: int | None = None) -> AwardData:
        """Change the award."""


def _explain(call: Call) -> Result:
    found: Mapping[str, Any] = api.explain(api.user_id_of(call["username"]), call["slug"], call.run)
    return Result(data=found, lines=explained(call["username"], found))


def _award(call: Call) -> Result:
    user_id, by = api.user_id_of(call["username"]), call.by
    found = api.award(user_id, call["slug"], reason=call["reason"], by=by)
    line = f"{call['username']} was awarded {found.issuer}/{found.slug}: {found.uuid}"
    return Result(data=plain(found), lines=[line])


def _changes(change: Change, done: str) -> Callable[[Call], Result]:
    def run(call: Call) -> Result:
        found = change(call.uuid, reason=call["reason"], by=call.by)
        return Result(data=plain(found), lines=[f"The award {found.uuid} ({found.title}) {done}."])

    return run


def _confirm(call: Call) -> Result:
    user_id, by, milestone = api.user_id_of(call["username"]), call.by, call["milestone"]
    new = api.confirm(user_id, call["slug"], milestone, reason=call["reason"], by=by)
    line = f"{milestone} is confirmed for {call['username']}." if new else f"{milestone} was confirmed before."
    return Result(data={"confirmed": True, "new": new}, lines=[line])


VERBS = (
    Verb(
        name="explain",
        help="say why a learner has it, or what is missing",
        run=_explain,
        arguments=(USERNAME, SLUG, RUN),
    ),
    Verb(name="award", help="award by hand", run=_award, arguments=(USERNAME, SLUG, REASON)),
    Verb(
        name="hold",
        help="let an award not count until it is restored",
        run=_changes(api.hold, "is on hold"),
        arguments=(UUID_OF_AWARD, REASON),
    ),
    Verb(
        name="revoke",
        help="take an award back",
        run=_changes(api.revoke, "is revoked"),
        arguments=(UUID_OF_AWARD, REASON),
    ),
    Verb(
        name="restore",
        help="let a held, revoked or expired award count again",
        run=_changes(api.restore, "counts again"),
        arguments=(UUID_OF_AWARD, REASON),
    ),
    Verb(
        name="confirm",
        help="confirm a milestone that asks for a member of staff",
        run=_confirm,
        arguments=(USERNAME, SLUG, argument("milestone", metavar="MILESTONE", help="the milestone's key"), REASON),
    ),
)
