"""Settings of the tests: the plugin as the platform loads it, on the database that MICROCRED_TEST_DB names."""

import os
import tempfile
from pathlib import Path

from edx_django_utils.plugins import add_plugins

from microcred_plugin.sandbox import database, site

#: ``sqlite``, ``mysql://user:password@host:port`` or ``postgres://user:password@host:port``.
_ADDRESS = os.environ.get("MICROCRED_TEST_DB", "sqlite")
#: Names the test database (``test_<name>``), so that runs side by side do not share one.
_NAME = os.environ.get("MICROCRED_TEST_DB_NAME", "microcred")

globals().update(
    site.site_settings(
        secret_key="only-for-tests-" * 4,
        directory=Path(tempfile.gettempdir()) / f"{_NAME}-sandbox-tests",
        database=database.database(_ADDRESS, _NAME),
    )
)

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
globals().update(site.mail_settings("locmem"))

add_plugins(__name__, site.LMS, "common")
add_plugins(__name__, site.LMS, "test")
