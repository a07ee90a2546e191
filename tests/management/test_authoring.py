"""Loading, publishing, retiring, listing and simulating by command."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import User

from microcred_plugin import api
from microcred_plugin.definitions.models import Draft, Microcredential, Version
from microcred_plugin.flows import offerings
from tests.world import RUN, World, completion, definition, milestone

from .conftest import Microcred

RERUN = "course-v1:Test+Course+Again"


def test_a_definition_is_saved_as_draft(world: World, microcred: Microcred, file: Any) -> None:
    called = microcred("load", file(), "--run", RUN, "--json")
    assert called.code == 0
    assert called.data["findings"] == []
    assert (called.data["draft"]["slug"], called.data["microcredential"]) == ("basics", None)
    assert Draft.objects.get().microcredential.slug == "basics"
    assert not Version.objects.exists()


def test_a_definition_is_published_when_asked(world: World, learner: User, microcred: Microcred, file: Any) -> None:
    world.complete(learner, "vertical@u1", "vertical@u2")
    called = microcred("load", file(), "--run", RUN, "--publish", "--note", "The first.", "--as", "ada", "--json")
    assert (called.code, called.data["microcredential"]["version"]) == (0, 1)
    version = Version.objects.get()
    assert (version.note, version.created_by_id) == ("The first.", learner.pk)
    assert [award.slug for award in api.awards_of(learner.pk)] == ["basics"]


def test_loading_the_same_again_changes_nothing(world: World, microcred: Microcred, file: Any) -> None:
    for _ in range(2):
        called = microcred("load", file(), "--run", RUN, "--publish", "--json")
    assert called.data["microcredential"]["version"] == 1
    assert Version.objects.count() == 1


def test_errors_stop_it_and_nothing_is_stored(world: World, microcred: Microcred, file: Any) -> None:
    called = microcred("load", file(units=["vertical@u1", "vertical@gone"]), "--run", RUN, "--publish", "--json")
    assert called.code == 1
    (finding,) = called.data["findings"]
    assert (finding["severity"], finding["path"]) == ("error", "milestones[0].require.all[1].completion.block")
    assert called.data["draft"] is None
    assert "1 error. Nothing was saved." in called.err
    assert not Microcredential.objects.exists()


def test_findings_are_printed_with_their_place(world: World, microcred: Microcred, file: Any) -> None:
    called = microcred("load", file(units=["vertical@gone"]), "--run", RUN)
    assert called.code == 1
    assert called.out.startswith("error: milestones[0].require.all[0].completion.block: ")


def test_every_error_of_an_unreadable_document_is_printed(world: World, microcred: Microcred, file: Any) -> None:
    called = microcred("load", file(slug="Not a slug", colour="red", milestones=[]), "--run", RUN)
    assert called.code == 1
    assert called.out.count("error: ") >= 3
    assert not Microcredential.objects.exists()


def test_warnings_are_printed_and_stop_nothing(world: World, microcred: Microcred, file: Any) -> None:
    called = microcred("load", file(quality={"assessment": "graded"}), "--run", RUN)
    assert called.code == 0
    assert called.out.startswith("warning: quality.assessment: ")
    assert "Saved the draft of Org/basics." in called.out


def test_a_relative_reference_needs_a_run(world: World, microcred: Microcred, file: Any) -> None:
    called = microcred("load", file())
    assert called.code == 1
    assert "run" in called.out


def test_a_definition_that_is_offered_already_is_checked_there(world: World, microcred: Microcred, file: Any) -> None:
    assert microcred("load", file(), "--run", RUN, "--publish").code == 0
    assert microcred("load", file(title="Anew"), "--publish").code == 0
    assert microcred("load", file(units=["vertical@gone"])).code == 1


def test_what_another_run_does_not_allow_stays_a_draft(world: World, microcred: Microcred, file: Any) -> None:
    other = World("course-v1:Org+Demo+Again", {"basics": {"start": {"u1": ["h1"]}}})
    assert microcred("load", file(units=["vertical@u1"]), "--run", other.run, "--publish").code == 0
    called = microcred("load", file(), "--run", RUN, "--publish", "--json")
    assert called.code == 1
    assert called.data["findings"][0]["severity"] == "error"
    assert called.data["draft"]["slug"] == "basics"
    assert "saved, not published" in called.err
    assert Version.objects.count() == 1


def test_a_definition_comes_from_standard_input(
    world: World, microcred: Microcred, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = yaml.safe_dump(definition()).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert microcred("load", "-", "--run", RUN).code == 0
    assert Draft.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"format: microcredential/1\nslug: [\n", "line 3"),
        (b"a: 1\na: 2\n", "written twice"),
        (b"a: &x 1\nb: *x\n", "aliases"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"just words", "must be a mapping"),
        (b"#" * 300_000, "larger than"),
    ],
)
def test_what_cannot_be_read_is_exit_2_and_names_the_file(
    content: bytes, said: str, world: World, microcred: Microcred, tmp_path: Path
) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes(content)
    called = microcred("load", path, "--run", RUN)
    assert (called.code, called.out) == (2, "")
    assert str(path) in called.err
    assert said in called.err


def test_a_folder_is_no_definition(world: World, microcred: Microcred, tmp_path: Path) -> None:
    called = microcred("load", tmp_path)
    assert called.code == 2
    assert f"{tmp_path} cannot be read" in called.err


def test_publish_makes_the_draft_a_version(world: World, microcred: Microcred, file: Any) -> None:
    microcred("load", file(), "--run", RUN)
    called = microcred("publish", "basics", "--note", "Ready.")
    assert called.code == 0
    assert "Org/basics: version 1 is published, in course-v1:Org+Demo+Run." in called.out


def test_publish_is_stopped_by_what_happened_since(world: World, microcred: Microcred, file: Any) -> None:
    microcred("load", file(), "--run", RUN)
    world.remove("vertical@u2")
    called = microcred("publish", "basics", "--json")
    assert called.code == 1
    assert called.data["findings"][0]["path"] == "milestones[0].require.all[1].completion.block"
    assert called.data["microcredential"] is None


def test_retire_ends_it(world: World, publish: Any, microcred: Microcred) -> None:
    publish()
    called = microcred("retire", "basics", "--reason", "Replaced.", "--json")
    assert (called.code, called.data["microcredential"]["state"]) == (0, "retired")
    assert Microcredential.objects.get().retired_reason == "Replaced."


def test_what_was_never_published_cannot_be_retired(world: World, microcred: Microcred, file: Any) -> None:
    microcred("load", file(), "--run", RUN)
    called = microcred("retire", "basics")
    assert called.code == 2
    assert "never published" in called.err


def test_list_names_all_or_those_of_a_run(world: World, publish: Any, microcred: Microcred, file: Any) -> None:
    first = publish("first")
    publish("second", run=None, milestones=[milestone("m", [{"microcredential": {"uuid": str(first.uuid)}}])])
    assert [one["slug"] for one in microcred("list", "--json").data] == ["first", "second"]
    (only,) = microcred("list", "--run", RUN, "--json").data
    assert (only["slug"], only["state"], only["version"], only["runs"]) == ("first", "published", 1, [RUN])
    assert microcred("list", "--run", "course-v1:No+Such+Run", "--json").data == []


def test_list_tells_a_rerun_in_which_nothing_is_earned_yet(world: World, publish: Any, microcred: Microcred) -> None:
    publish()
    offerings.offer_in_rerun(RUN, RERUN)
    (listed,) = microcred("list", "--run", RERUN, "--json").data
    assert (listed["runs"], listed["inactive_runs"]) == ([RUN], [RERUN])
    assert f"{RUN}, {RERUN} (inactive)" in microcred("list").out
    assert RERUN not in microcred("publish", "basics").out


def test_list_is_aligned_and_tells_of_newer_drafts(world: World, publish: Any, microcred: Microcred, file: Any) -> None:
    publish()
    microcred("load", file(title="Anew"), "--run", RUN)
    head, row = microcred("list").out.splitlines()
    assert head.index("state") == row.index("published")
    assert "1 (newer draft)" in row
    assert microcred("list", "--run", "course-v1:No+Such+Run").out == "There is none.\n"


def test_a_file_is_simulated_and_nothing_is_written(
    world: World, learner: User, microcred: Microcred, file: Any
) -> None:
    world.learner("grace")
    world.complete(learner, "vertical@u1", "vertical@u2")
    called = microcred("simulate", file(), "--run", RUN, "--json")
    assert called.code == 0
    assert (called.data["learners"], called.data["would_earn"]) == (2, 1)
    assert called.data["milestones"] == {"first": 1}
    assert {missing["learners"] for missing in called.data["missing"]} == {1}
    assert not Microcredential.objects.exists()


def test_a_simulation_is_told_in_a_table(world: World, learner: User, microcred: Microcred, file: Any) -> None:
    world.complete(learner, "vertical@u1")
    lines = microcred("simulate", file(), "--run", RUN).out.splitlines()
    assert lines[0] == f"1 learner in {RUN}; 0 would earn it (0 %)."
    assert any(line.split() == ["first", "0"] for line in lines)
    assert "milestones[0].require.all[1].completion" in lines[-1]


def test_a_draft_is_simulated_by_its_slug(world: World, learner: User, microcred: Microcred, file: Any) -> None:
    microcred("load", file(), "--run", RUN)
    assert microcred("simulate", "Org/basics", "--run", RUN, "--json").data["learners"] == 1


def test_a_run_without_learners_is_simulated_too(world: World, microcred: Microcred, file: Any) -> None:
    called = microcred("simulate", file(), "--run", RUN)
    assert (called.code, called.out.splitlines()[0]) == (0, f"0 learners in {RUN}; 0 would earn it.")


def test_a_definition_with_errors_is_not_simulated(world: World, microcred: Microcred, file: Any) -> None:
    called = microcred("simulate", file(milestones=[milestone("m", [completion("vertical@gone")])]), "--run", RUN)
    assert called.code == 1
    assert "Nothing was simulated." in called.err


def test_what_is_neither_file_nor_slug_says_so(world: World, microcred: Microcred) -> None:
    called = microcred("simulate", "basics", "--run", RUN)
    assert called.code == 2
    assert "There is no microcredential 'basics'" in called.err
    assert "no file basics either" in called.err
