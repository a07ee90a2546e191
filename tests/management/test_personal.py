"""A person's data from the command line: given, and erased."""

from django.contrib.auth.models import User

from microcred_plugin.awards.models import Award
from microcred_plugin.evidence import gates
from tests.person import ID, SECRET, everywhere, traces
from tests.world import World

from .conftest import Microcred


def test_the_export_is_one_document(world: World, microcred: Microcred) -> None:
    everywhere(world)
    called = microcred("export-user", "ada", "--json")
    assert (called.code, called.err) == (0, "")
    assert (called.data["username"], len(called.data["awards"])) == ("ada", Award.objects.filter(user_id=ID).count())
    assert SECRET in called.out


def test_without_json_the_export_counts(world: World, microcred: Microcred) -> None:
    everywhere(world)
    lines = microcred("export-user", "ada").out.splitlines()
    assert ["awards", str(Award.objects.filter(user_id=ID).count())] in [line.split() for line in lines]
    assert SECRET not in "".join(lines)


def test_a_dry_run_erases_nothing_and_the_real_one_what_it_said(world: World, microcred: Microcred) -> None:
    everywhere(world)
    planned = microcred("forget-user", "ada", "--dry-run", "--json").data
    assert (planned["dry_run"], gates.is_forgotten(ID)) == (True, False)
    assert SECRET in str(list(Award.objects.values_list("why", flat=True)))
    done = microcred("forget-user", "ada", "--json").data
    assert done == {"user_id": ID, "dry_run": False, "erased": planned["erased"]}
    assert traces(ID, SECRET) == ["Gate.forgotten"]
    assert User.objects.filter(pk=ID).exists()  # the account is the platform's
    assert sum(microcred("forget-user", "ada", "--json").data["erased"].values()) == 0


def test_it_says_what_was_done(world: World, microcred: Microcred) -> None:
    everywhere(world)
    assert "Nothing was erased." in microcred("forget-user", "ada", "--dry-run").out
    assert f"User {ID} is forgotten" in microcred("forget-user", "ada").out
