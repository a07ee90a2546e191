"""Settings of the sandbox: a whole site on one machine, with its files in ``var/`` (or MICROCRED_SANDBOX_DIR)."""

import os
from pathlib import Path

from edx_django_utils.plugins import add_plugins

from microcred_plugin.sandbox import database, secret, site

_DIRECTORY = Path(os.environ.get("MICROCRED_SANDBOX_DIR", "var")).resolve()
_DIRECTORY.mkdir(parents=True, exist_ok=True)

globals().update(
    site.site_settings(
        secret_key=secret.secret_key(_DIRECTORY / "secret_key"),
        directory=_DIRECTORY,
        database=database.sqlite(str(_DIRECTORY / "sandbox.sqlite3")),
    )
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "microcred_plugin": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "tracking": {"handlers": [], "level": "ERROR", "propagate": False},
    },
}

add_plugins(__name__, site.LMS, "common")
add_plugins(__name__, site.CMS, "common")
