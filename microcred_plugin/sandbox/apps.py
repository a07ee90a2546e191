"""Starts the sandbox: connects plugins as the platform does, and refuses to serve anybody but this machine."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.signals import connection_created

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "testserver"})


class SandboxConfig(AppConfig):
    """The sandbox as a Django app."""

    name = "microcred_plugin.sandbox"
    label = "microcred_sandbox"
    verbose_name = "Sandbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Refuse a site that others could reach, then connect plugins and signals."""
        refuse_other_hosts(settings.ALLOWED_HOSTS)
        from microcred_plugin.sandbox import celery  # noqa: F401 - the application registers itself

        connection_created.connect(_use_wal, dispatch_uid="microcred_sandbox.wal")
        _connect_plugins()


def refuse_other_hosts(hosts: list[str]) -> None:
    """Raise ImproperlyConfigured unless every host is this machine: anybody may log in here as anybody."""
    others = sorted(set(hosts) - _LOOPBACK)
    if others or not hosts:
        raise ImproperlyConfigured(
            f"The sandbox logs everybody in without a password and may only be reached from this machine; "
            f"ALLOWED_HOSTS names {', '.join(others) or 'nobody'}. Leave in it 127.0.0.1 and localhost only."
        )


def _use_wal(connection: Any, **kwargs: Any) -> None:
    """Let SQLite's readers go on while somebody writes."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")


def _connect_plugins() -> None:
    from microcred_plugin.sandbox import plugins, site

    plugins.connect_receivers(site.LMS)
    plugins.connect_receivers(site.CMS)
