"""Doctor on a site that runs: each finding is caused as it would be on a platform, and each has a remedy."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import django
import pytest
from celery.contrib.testing.worker import start_worker
from django.contrib.auth.models import User
from django.utils.timezone import now
from edx_django_utils.cache import RequestCache
from waffle.models import Switch

from microcred_plugin import api
from microcred_plugin.awards.models import Award
from microcred_plugin.data import CheckStatus
from microcred_plugin.definitions.models import Version
from microcred_plugin.evidence.models import Backfill, Pending, SweepRun
from microcred_plugin.flows import doctor as flow
from microcred_plugin.sandbox.models import SandboxCourse
from microcred_plugin.switches import PAUSE_AWARDING
from tests import broker as brokers
from tests.faults import Stumbling, without_table
from tests.looking import ERROR, OK, WARNING, found
from tests.world import RUN, World

Publish = Any


@pytest.fixture(autouse=True)
def other_process() -> Iterator[None]:
    """Doctor is a process of its own, which remembers no switch."""
    RequestCache.clear_all_namespaces()
    yield
    RequestCache.clear_all_namespaces()


# The site


def test_an_answerer_that_cannot_be_imported_or_does_not_answer_is_found(world: World, settings: Any) -> None:
    found("platform", OK, "SandboxPlatform")
    settings.MICROCRED_PLATFORM = "nowhere.Platform"
    found("platform", ERROR, "nowhere.Platform", "MICROCRED_PLATFORM")
    settings.MICROCRED_PLATFORM = Stumbling.PATH
    Stumbling.fail("enrolments")
    try:
        found("platform", ERROR, "ConnectionError")
    finally:
        Stumbling.recover()


def test_completion_that_is_switched_off_is_found(world: World) -> None:
    found("completion-tracking", OK)
    Switch.objects.get(name="completion.enable_completion_tracking").delete()
    RequestCache.clear_all_namespaces()
    found("completion-tracking", ERROR, "waffle_switch completion.enable_completion_tracking on")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("https://learn.example.org", OK),
        ("http://learn.example.org", WARNING),
        ("https://localhost:18000", WARNING),
        ("http://127.0.0.1:8000", WARNING),
        ("learn.example.org", ERROR),
        ("", ERROR),
        (None, ERROR),
    ],
)
def test_an_address_that_learners_cannot_open_is_found(address: str | None, status: CheckStatus, settings: Any) -> None:
    settings.LMS_ROOT_URL = address
    found("site-address", status, "LMS_ROOT_URL" if status is not OK else "")


def test_a_site_without_an_address_is_found(settings: Any) -> None:
    del settings.LMS_ROOT_URL
    found("site-address", ERROR, "LMS_ROOT_URL")


@pytest.mark.parametrize(
    ("backend", "sender", "status", "word"),
    [
        ("django.core.mail.backends.smtp.EmailBackend", "Org <learn@example.org>", OK, ""),
        ("django.core.mail.backends.console.EmailBackend", "learn@example.org", WARNING, "BACKEND"),
        ("django.core.mail.backends.smtp.EmailBackend", "webmaster@localhost", WARNING, "DEFAULT_FROM_EMAIL"),
        ("django.core.mail.backends.smtp.EmailBackend", "Org", WARNING, "DEFAULT_FROM_EMAIL"),
        ("nowhere.Backend", "learn@example.org", ERROR, "nowhere"),
    ],
)
def test_mail_that_does_not_leave_is_found(
    backend: str, sender: str, status: CheckStatus, word: str, settings: Any
) -> None:
    settings.DEFAULT_FROM_EMAIL = sender
    if django.VERSION < (6, 1):  # later, one excludes the other
        settings.EMAIL_BACKEND = backend
        found("mail", status, word)
    settings.MAILERS = {"default": {"BACKEND": backend}}
    found("mail", status, word)


@pytest.mark.parametrize(
    ("learners", "milestones", "backfilled", "words"),
    [
        (True, False, False, "not of milestones' badges; no backfills"),
        (True, True, True, "and badges of milestones; backfills, too"),
        (False, True, True, "Learners are not mailed"),
    ],
)
def test_it_is_said_of_what_learners_are_mailed(
    learners: bool, milestones: bool, backfilled: bool, words: str, settings: Any
) -> None:
    settings.DEFAULT_FROM_EMAIL = "learn@example.org"
    settings.MAILERS = {
        "default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend" if learners else "nowhere"}
    }
    settings.MICROCRED_MAIL_LEARNERS = learners
    settings.MICROCRED_MAIL_MILESTONES = milestones
    settings.MICROCRED_MAIL_BACKFILLED = backfilled
    found("mail", OK, words)


def test_mailers_without_a_default_send_nothing_of_ours(settings: Any) -> None:
    settings.MAILERS = {"newsletter": {}}
    found("mail", ERROR, 'MAILERS["default"]')


# The queue


def test_tasks_that_run_at_once_need_no_broker_and_no_worker() -> None:
    found("broker", OK, "eager")
    found("workers", OK, "eager")


def test_a_broker_that_is_down_is_found_within_seconds() -> None:
    before = now()
    with brokers.unreachable():
        found("broker", ERROR, "does not answer", "Start the broker")
        found("workers", ERROR, "No worker could be asked")
    assert now() - before < timedelta(seconds=10)


def test_a_broker_that_accepts_and_then_says_nothing_is_found_within_seconds(
    silent_server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from microcred_plugin.flows.checkup import queue

    monkeypatch.setattr(queue, "_PATIENCE_SECONDS", 1.0)
    before = now()
    with brokers._celery(f"redis://127.0.0.1:{silent_server}/0"):
        found("broker", ERROR, "does not answer")
    assert now() - before < timedelta(seconds=5)


@pytest.fixture
def silent_server() -> Iterator[int]:
    """A server that takes connections and never answers."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[Any] = []
        thread = Thread(target=lambda: kept.append(server.accept()), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        for connection, _ in kept:
            connection.close()


def test_no_worker_at_all_is_found() -> None:
    with brokers.collecting():
        found("broker", OK)
        found("workers", ERROR, "Nobody takes the queue celery", "no worker answers", "Start a worker")


def test_a_queue_that_no_worker_takes_is_found(settings: Any) -> None:
    with brokers.collecting() as broker, start_worker(broker.app, perform_ping_check=False, pool="solo"):
        found("workers", OK, "celery is taken")
        settings.MICROCRED_TASK_QUEUE = "microcredentials"
        found("workers", ERROR, "Nobody takes the queue microcredentials: workers take celery", "MICROCRED_TASK_QUEUE")


# The work


def test_a_brake_that_is_pulled_is_found(world: World) -> None:
    found("pauses", OK)
    switch = Switch.objects.create(name=PAUSE_AWARDING.name, active=True)
    try:
        found("pauses", WARNING, PAUSE_AWARDING.name, "off", "sweep")
    finally:
        switch.delete()


def test_who_waits_too_long_is_found(world: World, learner: User) -> None:
    found("outbox", OK)
    row = Pending.objects.create(user_id=learner.pk, context=RUN, change=1, changed_at=now())
    found("outbox", OK, "waits since")
    Pending.objects.filter(pk=row.pk).update(changed_at=now() - timedelta(hours=1))
    found("outbox", ERROR, "sweep")


def test_who_is_parked_is_found(world: World, learner: User) -> None:
    found("parked", OK)
    values = {"changed_at": now(), "parked_at": now(), "last_error": "RuntimeError at flows/judge.py:1"}
    Pending.objects.create(user_id=learner.pk, context=RUN, change=1, **values)
    found("parked", ERROR, f"user {learner.pk}", "flows/judge.py:1", "--unpark")
    found("outbox", OK)


def test_a_backfill_that_nobody_does_is_found(world: World, publish: Publish) -> None:
    publish()
    found("backfills", OK)
    Backfill.objects.update(due_at=now() - timedelta(hours=1), finished_at=None)
    found("backfills", ERROR, "are late", "sweep")
    Backfill.objects.update(lease_until=now() + timedelta(seconds=60))
    found("backfills", OK)  # somebody does it


def test_an_award_that_nobody_announced_is_found(world: World, learner: User, publish: Publish) -> None:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    found("announcements", OK)
    Award.objects.update(to_announce_since=now() - timedelta(hours=1))
    found("announcements", ERROR, "1 awards wait", "sweep")


def test_a_sweep_that_does_not_run_is_found(world: World, settings: Any) -> None:
    found("sweep", WARNING, "no sweep yet", "cron")
    api.sweep()
    found("sweep", OK)
    SweepRun.objects.update(finished_at=now() - timedelta(hours=2))
    found("sweep", WARNING, "The last sweep", "cron")
    settings.MICROCRED_SWEEP_ALARM_SECONDS = 3 * 3600
    found("sweep", OK)


# The content


def test_a_version_that_was_changed_is_found(world: World, publish: Publish) -> None:
    publish()
    found("versions", OK)
    row = Version.objects.get()
    _change_past_the_models(row)
    found("versions", ERROR, "basics", "backup")


def _change_past_the_models(row: Version) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Version._meta.db_table} SET document = %s WHERE id = %s", ['{"a": 1}', row.pk])  # noqa: S608


def test_a_course_that_we_know_as_it_was_is_found(world: World, publish: Publish) -> None:
    publish()
    found("outlines", OK)
    world.blocks = [block for block in world.blocks if block[1] != "h3"]
    world._write()  # published, and nobody heard of it
    found("outlines", WARNING, RUN, "microcred sweep")


def test_an_offering_in_a_run_that_is_gone_is_found_until_it_is_ended(world: World, publish: Publish) -> None:
    publish()
    found("offerings", OK)
    SandboxCourse.objects.all().delete()
    found("offerings", WARNING, RUN, "Django admin")
    found("outlines", OK)
    api.end_offering("basics", RUN)
    found("offerings", OK)


# As a whole


def test_every_check_has_a_name_and_quick_leaves_out_the_slow_ones(world: World) -> None:
    every = {check.name for check in api.doctor()}
    assert every == set(flow.LOOKS)
    assert every - {check.name for check in api.doctor(quick=True)} == flow.SLOW


def test_a_check_that_cannot_be_made_is_a_finding(world: World) -> None:
    with without_table(Pending):
        found("outbox", ERROR, "OperationalError", "Mend this first")
