"""Subcommands about a person's data: export-user, forget-user."""

from collections.abc import Mapping
from typing import Any

from microcred_plugin import api
from microcred_plugin.management.cli.layout import table
from microcred_plugin.management.cli.verb import USERNAME, Call, Result, Verb, argument


def _export(call: Call) -> Result:
    found: Mapping[str, Any] = api.export_user(api.user_id_of(call["username"]))
    parts = [(name, len(rows)) for name, rows in found.items() if isinstance(rows, list)]
    lines = [*table(parts, right=[1]), "With --json everything is printed."]
    return Result(data=found, lines=lines)


def _forget(call: Call) -> Result:
    user_id, dry = api.user_id_of(call["username"]), call["dry_run"]
    erased = api.forget_user(user_id, dry_run=dry)
    done = f"User {user_id} is forgotten; nothing about them is stored any more."
    lines = [*table(erased.items(), right=[1]), "Nothing was erased." if dry else done]
    return Result(data={"user_id": user_id, "dry_run": dry, "erased": dict(erased)}, lines=lines)


VERBS = (
    Verb(
        name="export-user",
        help="give everything that is held about a person, with --json as a document for them",
        run=_export,
        arguments=(USERNAME,),
    ),
    Verb(
        name="forget-user",
        help="erase everything that is held about a person, for ever, as the retirement of their account does",
        run=_forget,
        arguments=(USERNAME, argument("--dry-run", action="store_true", help="only count; erases nothing")),
        broken_off="Broken off; nothing was erased.",
    ),
)
