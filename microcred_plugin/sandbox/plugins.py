"""Loads plugins into the sandbox the way the platform does, leaving out what only a platform can resolve.

edx_django_utils does the same in ``plugin_urls`` and ``plugin_signals``, but stops at the first path that cannot be
imported, and edx-completion's URLs and receiver point into the LMS.
"""

import logging
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from django.urls import URLResolver, include, re_path
from django.utils.module_loading import import_string
from edx_django_utils.plugins.registry import get_plugin_app_configs

log = logging.getLogger(__name__)


def url_patterns(project_type: str) -> list[URLResolver]:
    """Return the URL patterns that the plugins of a project type (``lms.djangoapp`` …) ask for."""
    return [pattern for name, config in _configs("url_config", project_type) for pattern in _urls(name, config)]


def _urls(app_name: str, config: Mapping[str, Any]) -> Iterator[URLResolver]:
    try:
        module = import_module(f"{app_name}.{config.get('relative_path', 'urls')}")
    except (ImportError, NameError) as error:
        _left_out(app_name, f"its URLs ({error})")
        return
    yield re_path(config.get("regex", ""), include((module, app_name), namespace=config.get("namespace", app_name)))


def connect_receivers(project_type: str) -> int:
    """Connect the receivers that the plugins of a project type declare; return how many."""
    return sum(_connect(name, config) for name, config in _configs("signals_config", project_type))


def _connect(app_name: str, config: Mapping[str, Any]) -> int:
    receivers = import_module(f"{app_name}.{config.get('relative_path', 'signals')}")
    connected = 0
    for declared in config.get("receivers", ()):
        receiver = getattr(receivers, declared["receiver_func_name"])
        try:
            signal = import_string(declared["signal_path"])
            sender = import_string(declared["sender_path"]) if declared.get("sender_path") else None
        except ImportError as error:
            _left_out(app_name, f"the receiver {declared['receiver_func_name']} of {declared['signal_path']} ({error})")
            continue
        uid = declared.get("dispatch_uid") or f"{receiver.__module__}.{receiver.__name__}"
        signal.connect(receiver, sender=sender, dispatch_uid=uid)
        connected += 1
    return connected


def _configs(kind: str, project_type: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for app in get_plugin_app_configs(project_type):
        config = getattr(app, "plugin_app", {}).get(kind, {}).get(project_type)
        if config is not None:
            yield app.name, config


def _left_out(app_name: str, what: str) -> None:
    """Say what was left out: expected of other plugins, and an error of ours."""
    of_the_platform = any(package in what for package in ("lms", "openedx.core"))
    level = logging.ERROR if app_name == "microcred_plugin" and not of_the_platform else logging.DEBUG
    log.log(level, "The sandbox leaves out %s of the plugin %s.", what, app_name)
