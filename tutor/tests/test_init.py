"""``tutor … do init`` migrates, and says what is missing; again and again without harm."""

import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from .conftest import Root

SCRIPT = (files("tutormicrocred") / "templates" / "microcred" / "partials" / "init.sh").read_text("utf-8")
MIGRATE, DOCTOR = "lms migrate microcred_plugin", "lms microcred doctor"


def run(lms: Path) -> subprocess.CompletedProcess[str]:
    """Run the task as Tutor does in its containers."""
    return subprocess.run(["sh", "-e", "-c", SCRIPT], cwd=lms, capture_output=True, text=True, check=False)


def calls(lms: Path) -> list[str]:
    return (lms / "calls").read_text("utf-8").splitlines()


def test_it_migrates_then_asks_the_doctor_and_the_second_time_the_same(lms: Path) -> None:
    assert [run(lms).returncode for _ in range(2)] == [0, 0]
    assert calls(lms) == [MIGRATE, DOCTOR] * 2


def test_what_the_doctor_finds_is_shown_and_does_not_stop_the_init_of_others(lms: Path) -> None:
    (lms / "fails").write_text(DOCTOR)
    done = run(lms)
    assert (done.returncode, "the doctor above is not content yet" in done.stdout) == (0, True)


def test_a_failed_migration_stops_the_init(lms: Path) -> None:
    (lms / "fails").write_text(MIGRATE)
    assert run(lms).returncode != 0
    assert calls(lms) == [MIGRATE]


def test_tutor_hands_the_task_to_the_lms(default: Root, tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    # It notes what it is asked to run, and answers "none" when asked which projects run already.
    docker.write_text(f'#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done >>{tmp_path}/called\necho "[]"\n')
    docker.chmod(0o755)
    default.tutor("local", "do", "init", "--limit=microcred", search=tmp_path)
    called = (tmp_path / "called").read_text("utf-8")
    assert SCRIPT in called
    assert called[: called.index(SCRIPT)].split()[-4:] == ["lms-job", "sh", "-e", "-c"]


@pytest.mark.parametrize("words", ["./manage.py lms migrate\n", "--create completion.enable_completion_tracking on"])
def test_tutors_own_init_migrates_everything_and_switches_completion_tracking_on(words: str) -> None:
    assert words in (files("tutor") / "templates" / "jobs" / "init" / "lms.sh").read_text("utf-8")
