"""The one door to the platform: ``port.py`` asks, ``edxapp`` and the sandbox answer."""

from functools import lru_cache

from django.utils.module_loading import import_string

from microcred_plugin.compat.port import Platform
from microcred_plugin.conf import settings


@lru_cache(maxsize=4)
def _answerer(path: str) -> Platform:
    answerer: Platform = import_string(path)()
    return answerer


def platform() -> Platform:
    """Return the answerer that the setting ``MICROCRED_PLATFORM`` names."""
    return _answerer(settings.MICROCRED_PLATFORM)
