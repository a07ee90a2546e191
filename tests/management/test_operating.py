"""Backfilling, reconciling, sweeping and examining by command."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now
from edx_django_utils.cache import RequestCache
from waffle.models import Switch

from microcred_plugin import api
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.evidence.models import Backfill, Pending
from microcred_plugin.flows import backfill as flow
from microcred_plugin.flows import sweep as sweeping
from microcred_plugin.progress.models import Progress
from tests.world import RUN, World

from .conftest import Microcred


@pytest.fixture(autouse=True)
def new_process() -> Iterator[None]:
    """Begin and end without knowing the switches: a command is a process of its own."""
    RequestCache.clear_all_namespaces()
    yield
    RequestCache.clear_all_namespaces()


def forget_awards() -> None:
    """Lose the awards, as a bad restore of the database would."""
    AwardEvent.objects.all()._raw_delete(using="default")  # type: ignore[attr-defined]
    Award.objects.all()._raw_delete(using="default")  # type: ignore[attr-defined]


@pytest.fixture
def earned(world: World, learner: User, publish: Any) -> None:
    """Have Ada earn it, and Grace not."""
    publish()
    world.learner("grace")
    world.complete(learner, "vertical@u1", "vertical@u2")


def test_a_backfill_awards_what_was_lost(earned: None, learner: User, microcred: Microcred) -> None:
    forget_awards()
    called = microcred("backfill", "--microcredential", "basics", "--run", RUN, "--json")
    assert called.code == 0
    (report,) = called.data["backfills"]
    assert (report["learners"], report["awards"], report["finished"]) == (2, 1, True)
    assert [award.slug for award in api.awards_of(learner.pk)] == ["basics"]


def test_a_dry_run_counts_and_writes_nothing(earned: None, microcred: Microcred) -> None:
    forget_awards()
    before = Backfill.objects.count()
    called = microcred("backfill", "--dry-run")
    assert (called.code, called.err) == (0, "")
    assert called.out.split() == f"basics in {RUN} 2 learners 1 award would be made".split()
    assert not Award.objects.exists()
    assert Backfill.objects.count() == before


@pytest.mark.parametrize("arguments", [["--run", "course-v1:No+Such+Run"], ["--microcredential", "basics"]])
def test_a_backfill_of_nothing_says_so(arguments: list[str], world: World, publish: Any, microcred: Microcred) -> None:
    publish()
    api.retire("basics")
    called = microcred("backfill", *arguments)
    assert called.code == 2
    assert "is not published in" in called.err


def test_all_of_nothing_is_done_at_once(world: World, microcred: Microcred) -> None:
    called = microcred("backfill")
    assert (called.code, called.out) == (0, "Nothing is published.\n")


REAL = flow.settle


class BrokenOff:
    """Break a backfill off after a chunk, as Ctrl-C does."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.chunks = 0

    def __call__(self, users: Any, plans: Any, **how: Any) -> int:
        """Judge the first chunk; never come back from the second."""
        self.chunks += 1
        if self.chunks == 2:
            raise self.error
        return REAL(users, plans, **how)


def test_a_backfill_broken_off_is_exit_130_and_the_next_goes_on_at_once(
    earned: None, learner: User, microcred: Microcred, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_awards()
    settings.MICROCRED_BACKFILL_CHUNK = 1
    monkeypatch.setattr(flow, "settle", BrokenOff(KeyboardInterrupt()))
    called = microcred("backfill", "--microcredential", "basics")
    assert (called.code, called.out) == (130, "")
    assert "the next backfill goes on from there" in called.err
    monkeypatch.setattr(flow, "settle", REAL)
    (report,) = microcred("backfill", "--microcredential", "basics", "--json").data["backfills"]
    assert (report["learners"], report["awards"], report["finished"]) == (2, 1, True)


def test_an_error_after_the_first_chunk_is_noted_and_gives_the_lease_back(
    earned: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MICROCRED_BACKFILL_CHUNK = 1
    monkeypatch.setattr(flow, "settle", BrokenOff(RuntimeError("gone wrong")))
    with pytest.raises(RuntimeError):
        api.backfill("basics")
    row = Backfill.objects.filter(cursor__gt=0, finished_at=None).get()
    assert row.lease_until is None
    assert row.last_error.startswith("RuntimeError at ")  # its text is left out: it may name a person


def test_a_walk_of_another_process_is_left_to_it(earned: None, microcred: Microcred) -> None:
    row = Backfill.objects.filter(finished_at=None).first() or Backfill.objects.first()
    assert row is not None
    Backfill.objects.filter(pk=row.pk).update(cursor=1, finished_at=None, lease_until=now() + timedelta(seconds=60))
    called = microcred("backfill", "--microcredential", "basics")
    assert called.code == 0
    assert "another process goes on with it" in called.out


def test_who_publishes_during_a_backfill_takes_it_over(
    world: World, earned: None, publish: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MICROCRED_BACKFILL_CHUNK = 1

    def publish_meanwhile(users: Any, plans: Any, **how: Any) -> int:
        monkeypatch.setattr(flow, "settle", REAL)
        publish(title="Anew")
        return REAL(users, plans, **how)

    monkeypatch.setattr(flow, "settle", publish_meanwhile)
    (report,) = api.backfill("basics")
    assert not report.finished


def test_reconcile_finds_nothing_where_all_is_well(earned: None, microcred: Microcred) -> None:
    called = microcred("reconcile")
    assert (called.code, called.out) == (0, "Everything stored is as the evidence says.\n")


def test_reconcile_finds_and_mends_what_was_lost(earned: None, learner: User, microcred: Microcred) -> None:
    forget_awards()
    Progress.objects.all().delete()
    found = microcred("reconcile", "--microcredential", "Org/basics", "--json")
    assert found.code == 1
    problems = {(one["username"], one["problem"], one["fixed"]) for one in found.data["differences"]}
    assert ("ada", "award_missing", False) in problems
    assert not Award.objects.exists()
    mended = microcred("reconcile", "--fix")
    assert mended.code == 1
    assert "ada" in mended.out
    assert "award missing" in mended.out
    assert "mended." in mended.err
    assert [award.slug for award in api.awards_of(learner.pk)] == ["basics"]
    assert microcred("reconcile", "--json").data == {"differences": [], "fixed": False}


def test_a_sweep_judges_who_waits(world: World, earned: None, microcred: Microcred, learner: User) -> None:
    forget_awards()
    Pending.objects.create(user_id=learner.pk, context=RUN, change=1, changed_at=now())
    called = microcred("sweep", "--json")
    assert called.code == 0
    assert called.data["evaluated"] == 1
    assert set(called.data) == {
        "unparked",
        "refreshed",
        "evaluated",
        "backfills",
        "expired",
        "regressed",
        "announced",
        "notified",
        "parked",
        "failed",
        "finished",
    }
    assert [award.slug for award in api.awards_of(learner.pk)] == ["basics"]


def test_a_sweep_leaves_the_parked_alone_unless_told(earned: None, microcred: Microcred, learner: User) -> None:
    Pending.objects.create(user_id=learner.pk, context=RUN, change=1, changed_at=now(), parked_at=now(), attempts=6)
    left = microcred("sweep")
    assert left.code == 0
    assert "doctor" in left.out
    assert microcred("sweep", "--unpark", "--json").data["unparked"] == 1
    assert not Pending.objects.exists()


def test_doctor_is_content_with_what_is_well(earned: None, microcred: Microcred) -> None:
    called = microcred("doctor", "--json")
    assert (called.code, called.data["ok"]) == (0, True), called.data
    assert {"name", "status", "message", "remedy"} == set(called.data["checks"][0])


def test_doctor_finds_and_names_the_remedy(earned: None, microcred: Microcred) -> None:
    for switch in Switch.objects.all():
        switch.delete()  # one by one: their cache hears of it
    RequestCache.clear_all_namespaces()
    called = microcred("doctor")
    assert called.code == 1
    (line,) = (number for number, text in enumerate(called.out.splitlines()) if text.startswith("FAIL"))
    lines = called.out.splitlines()
    assert "completion-tracking" in lines[line]
    assert "waffle_switch" in lines[line + 1]
    assert "1 of " in called.err


def test_warnings_are_findings_only_when_one_is_strict(earned: None, microcred: Microcred) -> None:
    warned = microcred("doctor")  # there was no sweep yet, and mail stays in memory
    assert warned.code == 0
    assert [line for line in warned.out.splitlines() if line.startswith("WARN  sweep")]
    strict = microcred("doctor", "--strict")
    assert (strict.code, strict.out) == (1, warned.out)
    assert "0 of " in strict.err
    assert "warnings." in strict.err


def test_metrics_are_printed_for_people_and_for_programs(earned: None, microcred: Microcred) -> None:
    called = microcred("metrics", "--json")
    assert (called.code, called.data["awards"]["granted"], called.data["seconds_since_last_sweep"]) == (0, 1, None)
    lines = dict(line.split() for line in microcred("metrics").out.splitlines())
    assert (lines["awards_granted"], lines["waiting_learners"]) == ("1", "0")
    assert (lines["seconds_since_last_sweep"], lines["awarding_is_paused"]) == ("never", "false")


def test_a_sweep_may_be_bounded(earned: None, microcred: Microcred) -> None:
    called = microcred("sweep", "--seconds", "60", "--json")
    assert (called.code, called.data["finished"], called.data["failed"]) == (0, True, 0)


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "nan", "inf"])
def test_a_bound_that_is_none_is_bad_input(world: World, microcred: Microcred, seconds: str) -> None:
    called = microcred("sweep", f"--seconds={seconds}")
    assert called.code == 2
    assert "--seconds" in called.err


def test_a_sweep_that_could_not_do_something_is_exit_1(
    earned: None, microcred: Microcred, monkeypatch: pytest.MonkeyPatch
) -> None:
    Award.objects.update(to_announce_since=now(), announced_state="")

    def announce(pk: int) -> bool:
        raise ConnectionError("The bus is down.")

    monkeypatch.setattr(sweeping, "announce", announce)
    called = microcred("sweep", "--json")
    assert (called.code, called.data["failed"], called.data["finished"]) == (1, 1, True)
    assert "1 thing could not be done" in called.err


def test_who_asks_for_awards_while_they_are_paused_is_told_the_switch(earned: None, microcred: Microcred) -> None:
    switch = Switch.objects.create(name="microcred_plugin.pause_awarding", active=True)
    try:
        calls = [microcred("backfill"), microcred("reconcile", "--fix")]
    finally:
        switch.delete()
    assert [call.code for call in calls] == [2, 2]
    assert all("waffle_switch microcred_plugin.pause_awarding off" in call.err for call in calls)


def test_doctor_tells_of_parked_learners(earned: None, microcred: Microcred, learner: User) -> None:
    values = {"changed_at": now(), "parked_at": now(), "attempts": 6, "last_error": "RuntimeError: poison"}
    Pending.objects.create(user_id=learner.pk, context=RUN, change=1, **values)
    called = microcred("doctor", "--json")
    assert called.code == 1
    (parked,) = (check for check in called.data["checks"] if check["name"] == "parked")
    assert "poison" in parked["message"]
    assert "--unpark" in parked["remedy"]
