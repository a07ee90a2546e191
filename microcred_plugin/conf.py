"""Every setting of the plugin, typed, with its default and one sentence.

Read a setting as ``conf.settings.MICROCRED_…``: the operator's Django setting of that name, else the default below.
Nothing is read when this module is imported. ``docs/reference/settings.md`` is generated from this file.
"""

from typing import Any, get_type_hints

from django.conf import settings as django_settings


class Settings:
    """The plugin's settings; an attribute is looked up in Django's settings each time it is read."""

    #: Dotted path of the class that answers ``compat.port.Platform``.
    MICROCRED_PLATFORM: str = "microcred_plugin.compat.edxapp.platform.EdxPlatform"
    #: How long a process may keep what it knows about which blocks matter, in seconds.
    MICROCRED_INTEREST_TTL_SECONDS: int = 30
    #: How long after a publish in Studio a course's outline is read again, in seconds.
    MICROCRED_REFRESH_DELAY_SECONDS: int = 30
    #: How long a worker may hold a learner's row before another may take it, in seconds.
    MICROCRED_LEASE_SECONDS: int = 120
    #: How often an evaluation is tried before its row is parked for an operator to look at.
    MICROCRED_MAX_ATTEMPTS: int = 6
    #: How long to wait after the first failure, in seconds; doubled after each further one.
    MICROCRED_BACKOFF_SECONDS: int = 15
    #: How many learners are read and judged together in a backfill.
    MICROCRED_BACKFILL_CHUNK: int = 200
    #: How long a backfill rests between two chunks, in milliseconds.
    MICROCRED_BACKFILL_PAUSE_MILLISECONDS: int = 0
    #: Celery queue for our tasks; empty means the platform's default queue.
    MICROCRED_TASK_QUEUE: str = ""
    #: Block types known never to report completion; the linter warns about units that hold them.
    MICROCRED_SILENT_BLOCK_TYPES: tuple[str, ...] = ("lti", "scorm", "annotatable", "word_cloud", "staffgradedxblock")
    #: ``origin`` of the badge template in the events BADGE_AWARDED and BADGE_REVOKED.
    MICROCRED_EVENT_ORIGIN: str = "microcred_plugin"
    #: Publish BADGE_AWARDED and BADGE_REVOKED to the platform's event bus; read once, when a process starts.
    MICROCRED_PUBLISH_TO_EVENT_BUS: bool = False
    #: Topic of these events on the event bus, without the platform's prefix; Credentials uses the same for its badges.
    MICROCRED_EVENT_BUS_TOPIC: str = "learning-badges-lifecycle"
    #: By which classes (dotted paths) callers of the REST API authenticate; the platform's Bearer class may be added.
    MICROCRED_API_AUTHENTICATION: tuple[str, ...] = (
        "edx_rest_framework_extensions.auth.jwt.authentication.JwtAuthentication",
        "edx_rest_framework_extensions.auth.session.authentication.SessionAuthenticationAllowInactiveUser",
    )
    #: How many requests a user may make to the REST API, as in ``120/minute``; empty means no limit.
    MICROCRED_API_THROTTLE_RATE: str = "120/minute"

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("MICROCRED_"):
            return super().__getattribute__(name)
        return getattr(django_settings, name, super().__getattribute__(name))


def names() -> tuple[str, ...]:
    """Name every setting, in the order of this file."""
    return tuple(get_type_hints(Settings))


settings = Settings()
