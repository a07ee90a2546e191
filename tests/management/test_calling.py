"""What holds for every subcommand: JSON, exit codes, who acts, and never a traceback."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from microcred_plugin import api
from microcred_plugin.management.cli import VERBS
from tests.world import RUN, World

from .conftest import Microcred

NAMES = [verb.name for verb in VERBS]
UUID = "0f4c0a3e-7a0f-4f2e-9a7f-000000000000"

#: For each subcommand a call that names something that is not there.
BAD: dict[str, list[str]] = {
    "load": ["load", "/no/such/file.yaml"],
    "publish": ["publish", "nothing"],
    "offer": ["offer", "nothing", "--run", RUN],
    "retire": ["retire", "nothing"],
    "export": ["export", "nothing"],
    "list": ["list", "--run", "nonsense"],
    "simulate": ["simulate", "nothing", "--run", RUN],
    "backfill": ["backfill", "--microcredential", "nothing"],
    "reconcile": ["reconcile", "--microcredential", "nothing"],
    "sweep": ["sweep", "--as", "nobody"],
    "republish": ["republish", "--since", "never"],
    "doctor": ["doctor", "--as", "nobody"],
    "metrics": ["metrics", "--as", "nobody"],
    "explain": ["explain", "nobody", "nothing"],
    "award": ["award", "nobody", "nothing", "--reason", "r"],
    "hold": ["hold", UUID, "--reason", "r"],
    "revoke": ["revoke", UUID, "--reason", "r"],
    "restore": ["restore", UUID, "--reason", "r"],
    "confirm": ["confirm", "nobody", "nothing", "m", "--reason", "r"],
    "export-user": ["export-user", "nobody"],
    "forget-user": ["forget-user", "nobody"],
}


def test_every_subcommand_is_tried_with_bad_input() -> None:
    assert sorted(BAD) == sorted(NAMES)


@pytest.mark.parametrize("name", sorted(BAD))
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_what_is_not_there_is_exit_2_with_a_sentence_and_nothing_on_stdout(
    name: str, form: list[str], world: World, microcred: Microcred
) -> None:
    called = microcred(*BAD[name], *form)
    assert (called.code, called.out) == (2, "")
    assert called.err.startswith("CommandError: ")
    assert "Traceback" not in called.err
    named = {"list": "nonsense", "load": "/no/such/file.yaml", "hold": UUID, "revoke": UUID, "restore": UUID}
    assert named.get(name, "no") in called.err


@pytest.mark.parametrize("name", NAMES)
def test_who_acts_must_exist(name: str, world: World, microcred: Microcred) -> None:
    called = microcred(*BAD[name], *(["--as", "ghost"] if "--as" not in BAD[name] else []))
    assert called.code == 2
    assert "--as: There is no user" in called.err


@pytest.mark.parametrize("name", NAMES)
def test_an_argument_nobody_knows_is_exit_2(name: str, microcred: Microcred) -> None:
    called = microcred(*BAD[name], "--frobnicate")
    assert (called.code, called.out) == (2, "")
    assert "unrecognized arguments: --frobnicate" in called.err


@pytest.mark.parametrize("arguments", [[], ["frobnicate"], ["award", "ada", "basics"], ["simulate", "x.yaml"]])
def test_what_is_missing_or_unknown_is_exit_2(arguments: list[str], microcred: Microcred) -> None:
    called = microcred(*arguments)
    assert (called.code, called.out) == (2, "")
    assert "usage: " in called.err


@pytest.mark.parametrize("name", ["hold", "revoke", "restore"])
def test_a_uuid_that_is_none_says_where_to_find_it(name: str, world: World, microcred: Microcred) -> None:
    called = microcred(name, "basics", "--reason", "r")
    assert called.code == 2
    assert "'basics' is no uuid of an award" in called.err
    assert "explain" in called.err


def test_a_slug_of_two_issuers_is_exit_2_and_says_what_to_write(
    world: World, publish: Any, microcred: Microcred
) -> None:
    publish("twice", issuer="Org")
    publish("twice", issuer="Other")
    called = microcred("publish", "twice")
    assert called.code == 2
    assert "Org/twice, Other/twice" in called.err
    assert microcred("publish", "Other/twice").code == 0


def test_a_database_that_does_not_answer_is_exit_2_and_says_what_to_do(
    world: World, microcred: Microcred, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(run: str | None = None) -> None:
        raise DatabaseError("no such table: microcredential")

    monkeypatch.setattr(api, "list_microcredentials", refuse)
    called = microcred("list")
    assert (called.code, called.out) == (2, "")
    assert "manage.py migrate" in called.err


def test_called_from_a_program_it_raises_with_the_code(world: World) -> None:
    with pytest.raises(CommandError, match="There is no user 'nobody'") as caught:
        call_command("microcred", "explain", "nobody", "basics")
    assert caught.value.returncode == 2


def test_called_from_a_program_it_writes_where_it_is_told(world: World, publish: Any) -> None:
    publish()
    out = StringIO()
    call_command("microcred", "list", json=True, stdout=out)
    assert '"slug": "basics"' in out.getvalue()


def test_findings_raise_with_their_own_code(world: World, publish: Any, learner: Any) -> None:
    from microcred_plugin.awards.models import Award, AwardEvent

    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    AwardEvent.objects.all()._raw_delete(using="default")  # type: ignore[attr-defined]
    Award.objects.all()._raw_delete(using="default")  # type: ignore[attr-defined]
    with pytest.raises(CommandError) as caught:
        call_command("microcred", "reconcile", stdout=StringIO())
    assert caught.value.returncode == 1


@pytest.mark.parametrize("arguments", [["list"], ["sweep"], ["reconcile"], ["backfill"], ["doctor"]])
def test_json_is_one_document_and_nothing_else(arguments: list[str], world: World, microcred: Microcred) -> None:
    called = microcred(*arguments, "--json")
    assert called.code == 0, called
    assert isinstance(called.data, dict | list)
    assert called.err == ""


def test_every_subcommand_is_in_the_reference() -> None:
    from pathlib import Path

    page = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"
    if not page.is_file():
        pytest.skip("the documentation is in the checkout only")
    text = page.read_text("utf-8")
    assert [name for name in NAMES if f"`microcred {name}" not in text] == []
