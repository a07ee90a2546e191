"""Doctor on an installation: each finding is caused as it would be on a platform, and each has a remedy."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db.models.signals import post_save
from django.urls import set_urlconf

from microcred_plugin import api, compat, handlers
from microcred_plugin.handlers import on_block_completion
from tests.faults import Deaf, database_gone
from tests.looking import ERROR, OK, WARNING, found
from tests.world import World


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


def test_signals_that_this_release_does_not_have_are_found(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compat, "_unheard", [])
    settings.MICROCRED_PLATFORM = Deaf.PATH
    compat.connect(handlers)
    found("receivers", WARNING, Deaf.SIGNAL, "microcred reconcile")


def test_a_platform_that_nothing_is_heard_of_is_found(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compat, "_unheard", [])
    settings.MICROCRED_PLATFORM = "nowhere.Platform"
    compat.connect(handlers)
    found("receivers", ERROR, "Nothing of the platform is heard", "restart")


def test_migrations_that_wait_are_found(transactional_db: None) -> None:
    found("migrations", OK)
    call_command("migrate", "microcred_plugin", "0001", verbosity=0)
    try:
        found("migrations", ERROR, "Not applied: 0", "migrate microcred_plugin")
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
