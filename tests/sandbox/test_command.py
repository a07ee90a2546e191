"""``manage.py sandbox``, verb by verb, as somebody at a terminal uses it."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from completion.models import BlockCompletion
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from microcred_plugin.sandbox import importing
from microcred_plugin.sandbox.models import Enrolment
from tests.sandbox import exports

Run = Callable[..., Any]


@pytest.fixture
def run() -> Run:
    """Run a verb and read its JSON."""

    def call(*words: str) -> Any:
        output = StringIO()
        call_command("sandbox", *words, "--json", stdout=output)
        return json.loads(output.getvalue())

    return call


def refused(*words: str) -> str:
    """Run a verb that must be refused with exit code 2; return its message."""
    with pytest.raises(CommandError) as error:
        call_command("sandbox", *words, stdout=StringIO())
    assert error.value.returncode == 2
    return str(error.value)


def completed(name: str) -> set[str]:
    rows = BlockCompletion.objects.filter(user__username=name, completion=1)
    return {str(key).rpartition("@")[2] for key in rows.values_list("block_key", flat=True)}


@pytest.mark.django_db(transaction=True)
def test_import_prints_the_run_and_what_is_in_it(run: Run, tmp_path: Path) -> None:
    result = run("import", str(exports.archive(tmp_path / "export.tar.gz")))

    assert result.pop("warnings") == []
    assert result == {
        "key": exports.KEY,
        "title": "Tiny",
        "sections": 1,
        "subsections": 1,
        "units": 2,
        "blocks": 9,
        "leaves": 3,
    }


@pytest.mark.django_db(transaction=True)
def test_without_json_a_person_can_read_it(tmp_path: Path) -> None:
    output = StringIO()
    path = exports.folder(tmp_path, {"video/v1.xml": None})
    call_command("sandbox", "import", str(path), stdout=output)

    assert f"key          {exports.KEY}" in output.getvalue()
    assert "video/v1.xml is missing" in output.getvalue()


@pytest.mark.django_db
def test_importing_what_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    assert "nowhere.tar.gz" in refused("import", str(tmp_path / "nowhere.tar.gz"))


def test_enrol_makes_the_user_and_may_change_the_mode(run: Run, tiny: str) -> None:
    run("enrol", "ada", tiny)
    result = run("enrol", "ada", tiny, "--mode", "verified", "--group", "9:1")
    row = Enrolment.objects.get()

    assert (result["user"], result["mode"]) == ("ada", "verified")
    assert (row.mode, row.active, row.groups) == ("verified", True, {"9": 1})


def test_enrolling_again_without_groups_keeps_them(run: Run, tiny: str) -> None:
    run("enrol", "ada", tiny, "--group", "9:1")
    run("enrol", "ada", tiny)

    assert Enrolment.objects.get().groups == {"9": 1}


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--block", "html@h1"), {"h1"}),
        (("--block", importing.usage_key(exports.KEY, "html", "h1")), {"h1"}),
        (("--unit", "vertical@u1"), {"h1", "v1"}),
        (("--unit", "sequential@s1"), {"h1", "v1", "p1"}),
        (("--block", "html@h1", "--unit", "vertical@u2"), {"h1", "p1"}),
        (("--all",), {"h1", "v1", "p1"}),
    ],
)
def test_complete_stores_completions_of_blocks_units_or_all(
    run: Run, tiny: str, words: tuple[str, ...], names: set[str]
) -> None:
    result = run("complete", "ada", tiny, *words)

    assert completed("ada") == names
    assert (result["blocks"], result["new"]) == (len(names), len(names))


def test_completing_twice_adds_nothing(run: Run, tiny: str) -> None:
    run("complete", "ada", tiny, "--all")

    assert run("complete", "ada", tiny, "--all")["new"] == 0


def test_grade_scores_completes_and_tells_the_grades(run: Run, tiny: str) -> None:
    result = run("grade", "ada", tiny, "problem@p1", "0.5", "1")

    assert completed("ada") == {"p1"}
    assert (result["subsection_grade"], result["course_grade"], result["passed"]) == ("0.5000", "0.5000", True)


def test_reset_forgets_it_all(run: Run, tiny: str) -> None:
    run("complete", "ada", tiny, "--all")

    assert run("reset", "ada", tiny)["removed"] == 3
    assert completed("ada") == set()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("enrol", "ada", "course-v1:No+Such+Course"), exports.KEY),
        (("enrol", "no good name", exports.KEY), "no good name"),
        (("enrol", "ada", exports.KEY, "--group", "nine"), "PARTITION:GROUP"),
        (("complete", "ada", exports.KEY), "--all"),
        (("complete", "ada", exports.KEY, "--unit", "vertical@nope"), "vertical@nope"),
        (("complete", "ada", exports.KEY, "--unit", "unit@u1"), "Did you mean vertical@u1?"),
        (("complete", "ada", exports.KEY, "--block", "discussion@d1"), "nothing to complete"),
        (("grade", "ada", exports.KEY, "html@h1", "1", "1"), "not scored"),
        (("grade", "ada", exports.KEY, "problem@p1", "2", "1"), "no more than that"),
        (("grade", "ada", exports.KEY, "problem@p1", "one", "1"), "EARNED"),
        (("grade", "ada", exports.KEY, "problem@p1", "1", "inf"), "POSSIBLE"),
        (("reset", "ada", "nonsense"), "nonsense"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_place_and_the_remedy(
    tiny: str, words: tuple[str, ...], told: str
) -> None:
    assert told in refused(*words)
    assert not BlockCompletion.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("flag", "role"), [((), "learner"), (("--author",), "author"), (("--staff",), "operator")])
def test_user_makes_somebody_of_a_role_and_can_change_it(run: Run, flag: tuple[str, ...], role: str) -> None:
    run("user", "grace", "--staff", "--author")
    result = run("user", "grace", *flag, "--password", "open sesame")
    user = User.objects.get(username="grace")

    assert result["role"] == role
    assert (user.is_superuser, user.groups.filter(name="author").exists()) == (role == "operator", role == "author")
    assert user.check_password("open sesame")


@pytest.mark.django_db(transaction=True)
def test_retire_takes_the_name_and_has_the_plugin_forget(run: Run) -> None:
    from microcred_plugin.evidence import gates

    made = run("user", "ada")
    retired = run("retire", "ada")

    assert retired["user_id"] == made["user_id"]
    assert retired["name_now"].startswith("retired__user_")
    assert gates.is_forgotten(made["user_id"])
    assert refused("retire", "ada") == "There is no user 'ada' to retire."
    assert not User.objects.filter(username="ada").exists()
