"""The one door to the platform: ``port.py`` asks, ``edxapp`` and the sandbox answer."""

from functools import lru_cache
from types import ModuleType

from django.utils.module_loading import import_string

from microcred_plugin.compat.port import Platform
from microcred_plugin.conf import settings
from microcred_plugin.logs import Log

log = Log(__name__)


@lru_cache(maxsize=4)
def _answerer(path: str) -> Platform:
    answerer: Platform = import_string(path)()
    return answerer


def platform() -> Platform:
    """Return the answerer that the setting ``MICROCRED_PLATFORM`` names."""
    return _answerer(settings.MICROCRED_PLATFORM)


_unheard: list[str] = []


def connect(receivers: ModuleType) -> None:
    """Connect our receivers to the platform when the process starts; a platform that cannot be asked still starts."""
    try:
        _unheard[:] = platform().connect(receivers)
    except Exception as error:  # the checks say what is wrong, with what to do
        log.failure("platform-not-connected", error, then="nobody is judged by its events")
        _unheard[:] = [settings.MICROCRED_PLATFORM]


def unheard() -> tuple[str, ...]:
    """Name what could not be connected when this process started."""
    return tuple(_unheard)
