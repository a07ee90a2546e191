"""The platform's switches that the sandbox needs turned on."""

from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH
from waffle.models import Switch


def track_completion() -> None:
    """Turn on ``completion.enable_completion_tracking``, as Tutor does when it makes a platform."""
    Switch.objects.update_or_create(name=ENABLE_COMPLETION_TRACKING_SWITCH.name, defaults={"active": True})


def completion_is_tracked() -> bool:
    """Say whether completion is stored."""
    return bool(ENABLE_COMPLETION_TRACKING_SWITCH.is_enabled())
