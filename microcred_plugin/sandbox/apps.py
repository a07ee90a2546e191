"""Starts the sandbox: connects plugins as the platform does, and refuses to serve anybody but this machine."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.signals import connection_created
from django.dispatch import Signal

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
        connection_created.connect(_use_wal, dispatch_uid="microcred_sandbox.wal")
        _connect_plugins()
        _connect_handlers()


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


def _connect_handlers() -> None:
    """Connect the sandbox's signals to the plugin's handlers, in place of the platform's signals."""
    from microcred_plugin.sandbox import signals

    if find_spec("microcred_plugin.handlers") is None:
        return
    handlers = import_module("microcred_plugin.handlers")
    for signal, name, words in (
        (signals.grade_changed, "on_grade_change", ("user_id", "course_key")),
        (signals.certificate_changed, "on_certificate_change", ("user_id", "course_key")),
        (signals.enrolment_changed, "on_enrolment_change", ("user_id", "course_key")),
        (signals.course_published, "on_course_published", ("course_key",)),
    ):
        if hasattr(handlers, name):
            _connect(signal, getattr(handlers, name), words)


def _connect(signal: Signal, handler: Callable[..., None], words: tuple[str, ...]) -> None:
    """Call ``handler`` with the named arguments of the signal and nothing else."""

    def receiver(**sent: Any) -> None:
        handler(**{word: sent[word] for word in words})

    signal.connect(receiver, weak=False, dispatch_uid=f"microcred_sandbox.{handler.__name__}")
