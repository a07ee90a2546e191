"""Every check of ``doctor``: each finding is caused as it would be caused on a platform, and each has a remedy."""

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db.models.signals import post_save
from django.urls import set_urlconf
from django.utils.timezone import now
from edx_django_utils.cache import RequestCache
from waffle.models import Switch

from microcred_plugin import api
from microcred_plugin.awards.models import Award
from microcred_plugin.data import Check, CheckStatus
from microcred_plugin.definitions.models import Version
from microcred_plugin.evidence.models import Backfill, Pending, SweepRun
from microcred_plugin.flows import doctor as flow
from microcred_plugin.handlers import on_block_completion
from microcred_plugin.sandbox.models import SandboxCourse
from microcred_plugin.switches import PAUSE_AWARDING
from tests import broker as brokers
from tests.faults import Stumbling, database_gone, without_table
from tests.world import RUN, World

Publish = Any
OK, WARNING, ERROR = CheckStatus.OK, CheckStatus.WARNING, CheckStatus.ERROR


def look(name: str) -> Check:
    """Make one check, as doctor does."""
    return flow._made(name, flow.LOOKS[name])


@pytest.fixture(autouse=True)
def other_process() -> Iterator[None]:
    """Doctor is a process of its own, which remembers no switch."""
    RequestCache.clear_all_namespaces()
    yield
    RequestCache.clear_all_namespaces()


def found(name: str, status: CheckStatus, *words: str) -> None:
    """Assert that the check finds this, and says what to do."""
    check = look(name)
    assert check.status is status, check
    assert bool(check.remedy) is (status is not OK), check
    text = f"{check.message} {check.remedy}"
    assert [word for word in words if word not in text] == [], check


@pytest.fixture
def other_distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Install a distribution with these entry points."""

    def install(text: str) -> None:
        folder = tmp_path / "other_plugin-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: other-plugin\nVersion: 1.0\n")
        (folder / "entry_points.txt").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)

    return install


# Installation


def test_our_own_entry_points_load() -> None:
    found("entry-points", OK, "All 3 load.")


def test_another_distribution_with_our_name_is_found(other_distribution: Callable[[str], None]) -> None:
    other_distribution("[lms.djangoapp]\nmicrocred_plugin = other.apps:Other\n")
    found("entry-points", ERROR, "lms.djangoapp: 2 distributions", "hide each other", "uninstall")


def test_an_entry_point_that_cannot_be_imported_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "microcred_plugin.xblocks.microcredential.block", None)
    found("entry-points", ERROR, "xblock.v1", "cannot be imported", "ModuleNotFoundError")


def test_a_plugin_that_is_not_installed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def has_us(folder: str) -> bool:
        return (Path(folder) / "microcred_plugin").is_dir() or bool(list(Path(folder or ".").glob("microcred_plugin*")))

    monkeypatch.setattr(sys, "path", [folder for folder in sys.path if not has_us(folder)])
    found("entry-points", ERROR, "0 distributions are named microcred_plugin", "Install microcred-plugin")


def test_an_app_that_is_named_in_installed_apps_in_another_way_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found("app", OK, "the LMS")
    monkeypatch.delattr(type(apps.get_app_config("microcred_plugin")), "plugin_app")
    found("app", ERROR, "which the platform cannot configure", "entry points")


def test_addresses_that_were_not_mounted_are_found() -> None:
    found("addresses", OK, "/api/microcredentials/v1/")
    set_urlconf("django.contrib.auth.urls")
    try:
        found("addresses", ERROR, "not mounted", "restart")
    finally:
        set_urlconf(None)


def test_studio_has_no_addresses_and_its_own_receivers(settings: Any) -> None:
    settings.ROOT_URLCONF = "cms.urls"
    found("addresses", OK, "Studio")
    found("receivers", OK, "All ")
    found("app", OK, "Studio")


def test_a_receiver_that_is_not_connected_is_found(world: World) -> None:
    from completion.models import BlockCompletion

    found("receivers", OK)
    uid = "microcred_plugin.block_completion_saved"
    assert post_save.disconnect(sender=BlockCompletion, dispatch_uid=uid)
    try:
        found("receivers", ERROR, uid, "Restart")
    finally:
        post_save.connect(on_block_completion, sender=BlockCompletion, dispatch_uid=uid)


def test_migrations_that_wait_are_found(transactional_db: None) -> None:
    found("migrations", OK)
    call_command("migrate", "microcred_plugin", "0001", verbosity=0)
    try:
        found("migrations", ERROR, "0002_operate", "migrate microcred_plugin")
    finally:
        call_command("migrate", "microcred_plugin", verbosity=0)


def test_a_database_that_does_not_answer_is_found(world: World) -> None:
    found("database", OK)
    with database_gone():
        found("database", ERROR, "server has gone away", "Mend this first")
        assert {check.status for check in api.doctor(quick=True)} >= {OK, ERROR}


def test_tasks_that_celery_does_not_know_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from celery import current_app

    found("tasks", OK)
    monkeypatch.delitem(current_app.tasks, "microcred_plugin.tasks.announce")
    found("tasks", ERROR, "announce", "Restart the workers")


# Files


@pytest.fixture
def with_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The app in a folder in which a test can put files; Django's finders look there."""
    monkeypatch.setattr(apps.get_app_config("microcred_plugin"), "path", str(tmp_path / "app"))
    file = tmp_path / "app" / "static" / "microcred_plugin" / "page.css"
    file.parent.mkdir(parents=True)
    file.write_text("p { color: black }")
    finders.get_finder.cache_clear()
    yield tmp_path / "app"
    finders.get_finder.cache_clear()


def test_a_static_file_that_no_finder_finds_is_found(with_files: Path, settings: Any) -> None:
    found("static-files", OK, "1 static files")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    found("static-files", ERROR, "microcred_plugin/page.css", "AppDirectoriesFinder")


@pytest.mark.parametrize("storage", ["StaticFilesStorage", "ManifestStaticFilesStorage"])
def test_a_static_file_that_was_not_collected_is_found(
    with_files: Path, tmp_path: Path, settings: Any, storage: str
) -> None:
    backend = f"django.contrib.staticfiles.storage.{storage}"
    settings.STATIC_ROOT = str(tmp_path / "collected")
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    found("static-files", ERROR, "Not collected: microcred_plugin/page.css", "Rebuild the image", "collectstatic")
    call_command("collectstatic", interactive=False, verbosity=0)
    found("static-files", OK)


def test_a_block_whose_files_are_missing_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from microcred_plugin.flows.checkup import files

    (tmp_path / "public").mkdir()
    monkeypatch.setattr(files.resources, "files", lambda package: tmp_path)
    found("static-files", ERROR, "block's files are missing", "Install the wheel")


def test_a_catalogue_that_is_not_compiled_is_found(with_files: Path) -> None:
    found("catalogues", OK)
    folder = with_files / "locale" / "ar" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid ""\nmsgstr ""\n')
    found("catalogues", ERROR, "Not compiled: ar")
    (folder / "django.mo").write_bytes(b"")
    found("catalogues", OK, "1 catalogues")


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
        ("django.core.mail.backends.console.EmailBackend", "learn@example.org", WARNING, "EMAIL_BACKEND"),
        ("django.core.mail.backends.smtp.EmailBackend", "webmaster@localhost", WARNING, "DEFAULT_FROM_EMAIL"),
        ("django.core.mail.backends.smtp.EmailBackend", "Org", WARNING, "DEFAULT_FROM_EMAIL"),
        ("nowhere.Backend", "learn@example.org", ERROR, "nowhere"),
    ],
)
def test_mail_that_does_not_leave_is_found(
    backend: str, sender: str, status: CheckStatus, word: str, settings: Any
) -> None:
    settings.EMAIL_BACKEND, settings.DEFAULT_FROM_EMAIL = backend, sender
    found("mail", status, word)


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
    found("outlines", OK, "1 courses")
    world.blocks = [block for block in world.blocks if block[1] != "h3"]
    world._write()  # published, and nobody heard of it
    found("outlines", WARNING, RUN, "publish them again")


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
