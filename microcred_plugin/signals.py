"""What we send: the openedx-events signals of badges, with the platform's data classes."""

from openedx_events.learning.data import BadgeData, BadgeTemplateData, UserData, UserPersonalData
from openedx_events.learning.signals import BADGE_AWARDED, BADGE_REVOKED
from openedx_events.tooling import OpenEdxPublicSignal

__all__ = [
    "BADGE_AWARDED",
    "BADGE_REVOKED",
    "BadgeData",
    "BadgeTemplateData",
    "OpenEdxPublicSignal",
    "UserData",
    "UserPersonalData",
]
