"""The site around it: settings, secret, database addresses, plugins, and who it refuses to serve."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from completion.models import BlockCompletion
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import post_delete, post_save
from edx_django_utils.plugins import get_plugin_apps

from microcred_plugin import handlers
from microcred_plugin.sandbox import apps, database, plugins, secret, signals, site


def test_the_plugin_is_found_as_the_platform_finds_it() -> None:
    assert "microcred_plugin.apps.MicrocredConfig" in get_plugin_apps("lms.djangoapp")
    assert "microcred_plugin.apps.MicrocredConfig" in get_plugin_apps("cms.djangoapp")
    assert len(settings.INSTALLED_APPS) == len(set(settings.INSTALLED_APPS))


@pytest.mark.parametrize("signal", [post_save, post_delete])
def test_the_plugin_hears_completions_through_its_own_declaration(signal: object) -> None:
    receivers = signal._live_receivers(BlockCompletion)  # type: ignore[attr-defined]
    heard = receivers[0] if isinstance(receivers, tuple) else receivers

    assert handlers.on_block_completion in heard


@pytest.mark.parametrize(
    "signal",
    [signals.grade_changed, signals.certificate_changed, signals.enrolment_changed, signals.course_published],
)
def test_the_plugin_hears_what_the_sandbox_announces(signal: object) -> None:
    assert signal.has_listeners()  # type: ignore[attr-defined]


def test_receivers_that_only_a_platform_can_resolve_are_left_out() -> None:
    # edx-completion declares one on a signal of the LMS; ours are two and resolve.
    assert plugins.connect_receivers(site.LMS) >= 2


def test_our_urls_are_mounted_as_the_platform_mounts_them() -> None:
    patterns = plugins.url_patterns(site.LMS)

    assert "microcred_plugin" in {pattern.namespace for pattern in patterns}


@pytest.mark.parametrize("hosts", [["*"], ["sandbox.example.org"], ["127.0.0.1", "0.0.0.0"], []])  # noqa: S104
def test_a_site_that_others_could_reach_does_not_start(hosts: list[str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="only be reached from this machine"):
        apps.refuse_other_hosts(hosts)


def test_this_machine_is_served() -> None:
    apps.refuse_other_hosts(["127.0.0.1", "localhost", "[::1]"])


def test_the_secret_key_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    first = secret.secret_key(path)

    assert len(first) > 50
    assert secret.secret_key(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_first_starts_at_the_same_time_agree_on_one_secret_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: secret.secret_key(tmp_path / "secret_key"), range(8)))

    assert len(keys) == 1


def test_a_database_address_is_read() -> None:
    described = database.database("mysql://root:p%40ss@127.0.0.1:3307", "mine")

    assert described["ENGINE"] == "django.db.backends.mysql"
    assert [described[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "mine", "root", "p@ss", "127.0.0.1", "3307",
    ]  # fmt: skip
    assert described["TEST"]["CHARSET"] == "utf8mb4"


def test_postgres_and_sqlite_are_known_and_others_are_named_in_the_error() -> None:
    assert database.database("postgres://postgres@localhost", "mine")["ENGINE"].endswith("postgresql")
    assert database.database("sqlite", "mine")["NAME"] == ":memory:"
    with pytest.raises(ValueError, match="oracle"):
        database.database("oracle://x", "mine")


def test_the_demo_site_starts_from_nothing_with_a_secret_and_a_waiting_database(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "microcred_plugin.settings.sandbox",
        "MICROCRED_SANDBOX_DIR": str(tmp_path / "var"),
    }
    script = (
        "import django; django.setup();"
        "from django.core.management import call_command; call_command('check'); call_command('migrate', verbosity=0);"
        "from django.db import connection; cursor = connection.cursor(); cursor.execute('PRAGMA journal_mode');"
        "from django.conf import settings; print(cursor.fetchone()[0], settings.DEBUG)"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "wal False"
    assert sorted(file.name for file in (tmp_path / "var").iterdir() if "-" not in file.name) == [
        "sandbox.sqlite3",
        "secret_key",
    ]
