"""What is left when the plugin is uninstalled: the site starts, its data is there, blocks are of an unknown type."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from xblock.core import XBlock
from xblock.plugin import PLUGIN_CACHE

#: A site with the platform's apps that we build on; "with" us or "without".
SITE = """
import sys
from pathlib import Path
from django.conf import settings

how, file = sys.argv[1:]
if how == "without":
    sys.modules["microcred_plugin"] = None  # importing it fails as if it were not there
apps = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "waffle", "completion"]
settings.configure(
    SECRET_KEY="only-for-tests", USE_TZ=True, ROOT_URLCONF="__main__", ALLOWED_HOSTS=["testserver"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": file}},
    INSTALLED_APPS=apps + (["microcred_plugin"] if how == "with" else []),
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
        "context_processors": ["django.template.context_processors.request",
                               "django.contrib.auth.context_processors.auth",
                               "django.contrib.messages.context_processors.messages"]}}],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
import django
django.setup()
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import path

urlpatterns = [path("admin/", admin.site.urls)]
call_command("check")
call_command("migrate", verbosity=0)
if how == "with":
    from microcred_plugin.models import Issuer
    Issuer.objects.get_or_create(short_name="Org", name="Organisation")
    print("issuers", Issuer.objects.count())
user, _ = User.objects.get_or_create(username="root", is_staff=True, is_superuser=True)
client = Client()
client.force_login(user)
print("admin", client.get("/admin/").status_code, client.get("/admin/auth/user/").status_code)
call_command("migrate", check_unapplied=True)
"""


def site(how: str, folder: Path) -> str:
    """Start the site in a process of its own, migrate it and open pages; return what it printed."""
    script = folder / "site_of_tests.py"
    script.write_text(SITE)
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), how, str(folder / "site.sqlite3")],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_site_without_us_starts_on_our_database_and_finds_everything_when_we_are_back(tmp_path: Path) -> None:
    assert "issuers 1" in site("with", tmp_path)
    assert "admin 200 200" in site("without", tmp_path)
    assert "issuers 1" in site("with", tmp_path)


@pytest.fixture
def uninstalled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have no distribution of ours on the path, and nothing remembered of it."""

    def has_us(folder: str) -> bool:
        return (Path(folder) / "microcred_plugin").is_dir() or bool(list(Path(folder or ".").glob("microcred_plugin*")))

    before = dict(PLUGIN_CACHE)
    PLUGIN_CACHE.clear()
    monkeypatch.setattr(sys, "path", [folder for folder in sys.path if not has_us(folder)])
    yield
    PLUGIN_CACHE.clear()
    PLUGIN_CACHE.update(before)


class Hidden(XBlock):
    """What a platform shows for a block of an unknown type (its modulestore's default class)."""


def test_a_block_left_in_a_course_is_one_of_an_unknown_type(uninstalled: None) -> None:
    assert XBlock.load_class("microcredential", default=Hidden) is Hidden


def test_a_block_is_ours_while_we_are_installed() -> None:
    assert XBlock.load_class("microcredential").__module__.startswith("microcred_plugin.")
