"""Django settings of everything that runs in a load test: the sandbox's site, on a broker and a database of its own."""

import os
from pathlib import Path

from edx_django_utils.plugins import add_plugins

from microcred_plugin.sandbox import database, site
from soak import options

_DIRECTORY = Path(os.environ["MICROCRED_SOAK_DIR"])

globals().update(
    site.site_settings(
        secret_key="only-for-soak-" * 4,
        directory=_DIRECTORY,
        database=database.server(os.environ["MICROCRED_SOAK_DATABASE"], os.environ["MICROCRED_SOAK_NAME"]),
    )
)
globals().update(site.mail_settings("dummy"))
INSTALLED_APPS = [*site.installed_apps(), "soak.apps.SoakConfig"]

CELERY_BROKER_URL = os.environ.get("MICROCRED_SOAK_BROKER", "memory://")
CELERY_TASK_ALWAYS_EAGER = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_POOL_LIMIT = int(os.environ.get("MICROCRED_SOAK_POOL", "0"))
# As the LMS has them in production.
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_HEARTBEAT = 60.0
CELERY_BROKER_HEARTBEAT_CHECKRATE = 2
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

MICROCRED_TASK_QUEUE = options.QUEUE
MICROCRED_LEASE_SECONDS = options.LEASE_SECONDS
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "microcred_plugin": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "tracking": {"handlers": [], "level": "ERROR", "propagate": False},
    },
}

add_plugins(__name__, site.LMS, "common")
add_plugins(__name__, site.LMS, "test")
