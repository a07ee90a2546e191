"""A platform with the event bus on Redis; ``make test-event-bus`` installs what that needs, and runs with these."""

import os
from importlib import import_module

_BASE = {name: value for name, value in vars(import_module("microcred_plugin.settings.test")).items() if name.isupper()}
globals().update(_BASE)

# As in the LMS: before the plugins. The listener is a receiver in the process that consumes.
INSTALLED_APPS = ["openedx_events", *_BASE["INSTALLED_APPS"], "tests.event_bus.listener"]

EVENT_BUS_PRODUCER = "edx_event_bus_redis.create_producer"
EVENT_BUS_CONSUMER = "edx_event_bus_redis.RedisEventConsumer"
EVENT_BUS_REDIS_CONNECTION_URL = os.environ.get("MICROCRED_TEST_REDIS", "redis://127.0.0.1:6379/0")
EVENT_BUS_REDIS_CONSUMER_POLL_TIMEOUT = 1
#: Names the streams of one run, so that runs side by side do not read each other's.
EVENT_BUS_TOPIC_PREFIX = os.environ.setdefault("MICROCRED_TEST_TOPIC_PREFIX", f"microcred-test-{os.getpid()}")

MICROCRED_PUBLISH_TO_EVENT_BUS = True
