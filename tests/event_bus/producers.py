"""An event bus in memory: a producer as the platform loads one, and what was put on it."""

from typing import Any, NamedTuple

from openedx_events.event_bus import EventBusProducer

PATH = "tests.event_bus.producers.create"


class Sent(NamedTuple):
    """One message."""

    topic: str
    type: str
    key_field: str
    badge: Any
    time: Any


class InMemory(EventBusProducer):
    """Keeps what is sent; while it is down it loses it, and tells nobody, as the producers of Redis and Kafka do."""

    sent: list[Sent] = []
    down = False

    def send(self, *, signal: Any, topic: str, event_key_field: str, event_data: Any, event_metadata: Any) -> None:
        """Keep the message."""
        if not self.down:
            message = Sent(topic, signal.event_type, event_key_field, event_data["badge"], event_metadata.time)
            self.sent.append(message)


def create() -> InMemory:
    """Make the producer."""
    return InMemory()
