"""Settings of the sandbox: a whole site on one machine, with its files in ``var/`` (or MICROCRED_SANDBOX_DIR).

Mails are there, too, each a file in ``mail/``, and the tracking log, ``tracking.log``.
"""

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

globals().update(site.mail_settings("filebased", file_path=str(_DIRECTORY / "mail")))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}, "bare": {"format": "%(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        "tracking": {
            "class": "logging.FileHandler",
            "filename": _DIRECTORY / "tracking.log",
            "delay": True,
            "formatter": "bare",
        },
    },
    "loggers": {
        "microcred_plugin": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "tracking": {"handlers": ["tracking"], "level": "INFO", "propagate": False},
    },
}

add_plugins(__name__, site.LMS, "common")
add_plugins(__name__, site.CMS, "common")
