"""BADGE_AWARDED and BADGE_REVOKED on the platform's event bus, if the operator wants them there.

The platform publishes what ``EVENT_BUS_PRODUCER_CONFIG`` names when the apps get ready (openedx_events.apps). The
settings function of a plugin cannot fill it: it runs before the platform's YAML (``common``), or before the operator's
own settings module (``production``), and so never knows what was chosen. When the apps get ready, all settings are
final; so it is done then.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings as django_settings
from openedx_events.apps import general_signal_handler

from microcred_plugin.conf import settings
from microcred_plugin.signals import BADGE_AWARDED, BADGE_REVOKED, BadgeData, OpenEdxPublicSignal

_CONFIG = "EVENT_BUS_PRODUCER_CONFIG"
_SIGNALS = (BADGE_AWARDED, BADGE_REVOKED)
#: The events of one award must reach a consumer in their order: they share the key.
_KEY_FIELD = "badge.uuid"

Topics = Mapping[str, Mapping[str, Any]]  #: topic → ``{"event_key_field": …, "enabled": …}``


def connect() -> None:
    """Have the platform's own receiver publish both signals, if it is wanted; doing it again changes nothing.

    What the operator or the platform says of these events stays as it is: their topics, and what they turned off.
    """
    if not settings.MICROCRED_PUBLISH_TO_EVENT_BUS:
        return
    config = getattr(django_settings, _CONFIG, None) or {}
    ours = {signal.event_type: _topics(config.get(signal.event_type, {})) for signal in _SIGNALS}
    setattr(django_settings, _CONFIG, {**config, **ours})
    for signal in _SIGNALS:
        signal.connect(general_signal_handler)  # a second connection of the same receiver is none


def _topics(theirs: Topics) -> Topics:
    if any(_is_on(topic) for topic in theirs.values()):
        return theirs
    ours = {"event_key_field": _KEY_FIELD, "enabled": True}
    return {settings.MICROCRED_EVENT_BUS_TOPIC: ours, **theirs}


def _is_on(topic: Mapping[str, Any]) -> bool:
    return topic.get("enabled") is True  # as openedx_events.apps asks


def published() -> bool:
    """Say whether both signals go to some topic."""
    config = getattr(django_settings, _CONFIG, None) or {}
    return all(any(map(_is_on, config.get(signal.event_type, {}).values())) for signal in _SIGNALS)


def problems() -> Iterator[str]:
    """Say what keeps events from the bus although the operator wants them there."""
    if not settings.MICROCRED_PUBLISH_TO_EVENT_BUS:
        return
    if not getattr(django_settings, "EVENT_BUS_PRODUCER", None):
        yield "EVENT_BUS_PRODUCER is not set, so nothing is published."
    if not published():
        yield f"{_CONFIG} turns our events off."


def publish(signal: OpenEdxPublicSignal, badge: BadgeData, at: datetime) -> None:
    """Put an event on the bus, and tell no receiver in this process."""
    metadata = signal.generate_signal_metadata(time=at.astimezone(UTC))
    general_signal_handler(sender=None, signal=signal, badge=badge, metadata=metadata)
