"""The platform's switches that the sandbox needs turned on."""

from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH
from edx_django_utils.cache import RequestCache
from waffle.models import Switch


def track_completion() -> None:
    """Turn on ``completion.enable_completion_tracking``, as Tutor does when it makes a platform."""
    Switch.objects.update_or_create(name=ENABLE_COMPLETION_TRACKING_SWITCH.name, defaults={"active": True})
    RequestCache.clear_all_namespaces()  # where edx-toggles remembers, outside of requests for ever


def completion_is_tracked() -> bool:
    """Say whether completion is stored."""
    return bool(ENABLE_COMPLETION_TRACKING_SWITCH.is_enabled())
