"""Django's system checks: a wrong installation is told at start, with what to do, and never stops the platform."""

from typing import Any

from django.core.checks import CheckMessage, Warning, register
from django.utils.module_loading import import_string

from microcred_plugin import event_bus
from microcred_plugin.conf import names, settings


@register("microcred_plugin")
def check_platform(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The class that answers for the platform must be there, or nobody can earn anything."""
    path = settings.MICROCRED_PLATFORM
    try:
        import_string(path)
    except ImportError as error:
        hint = "Set MICROCRED_PLATFORM to the path of a class that answers microcred_plugin.compat.port.Platform."
        return [Warning(f"{path} cannot be imported: {error}", hint=hint, id="microcred_plugin.W001")]
    return []


@register("microcred_plugin")
def check_numbers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Times and sizes must be positive, or waiting learners would be tried for ever or never."""
    return [
        Warning(
            f"{name} is {getattr(settings, name)!r}.",
            hint="Use a whole number above 0, or leave the setting out.",
            id="microcred_plugin.W002",
        )
        for name in names()
        if name.endswith(("_SECONDS", "_ATTEMPTS", "_CHUNK")) and not _is_positive(getattr(settings, name))
    ]


@register("microcred_plugin")
def check_event_bus(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Who wants events on the bus should not find out by their absence that they are not."""
    hint = "Set up the platform's event bus, or leave MICROCRED_PUBLISH_TO_EVENT_BUS out."
    return [Warning(problem, hint=hint, id="microcred_plugin.W003") for problem in event_bus.problems()]


def _is_positive(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
