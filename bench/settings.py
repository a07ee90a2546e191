"""Django settings while measuring: the sandbox's site on a scratch database, with tasks that are sent, not run."""

import os
from pathlib import Path

from edx_django_utils.plugins import add_plugins

from microcred_plugin.sandbox import database, site

_ADDRESS = os.environ["MICROCRED_BENCH_DATABASE"]
_DIRECTORY = Path(os.environ["MICROCRED_BENCH_DIR"])
_NAME = os.environ["MICROCRED_BENCH_NAME"]

_DATABASE = (
    database.sqlite(str(_DIRECTORY / "bench.sqlite3")) if _ADDRESS == "sqlite" else database.server(_ADDRESS, _NAME)
)
globals().update(site.site_settings(secret_key="only-for-bench-" * 4, directory=_DIRECTORY, database=_DATABASE))
globals().update(site.mail_settings("dummy"))

#: ``memory://`` takes what is sent and keeps it, so that a measurement ends where a request ends.
CELERY_BROKER_URL = os.environ.get("MICROCRED_BENCH_BROKER", "memory://")
CELERY_TASK_ALWAYS_EAGER = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
MICROCRED_TASK_QUEUE = os.environ.get("MICROCRED_BENCH_QUEUE", "microcred_bench")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

add_plugins(__name__, site.LMS, "common")
add_plugins(__name__, site.LMS, "test")
