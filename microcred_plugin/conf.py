"""Every setting of the plugin, typed, with its default and one sentence.

Read a setting as ``conf.settings.MICROCRED_…``: the operator's Django setting of that name, else the default below.
Nothing is read when this module is imported. Each is annotated as the platform annotates its own (OEP-17), and
``docs/reference/settings.md`` is generated from the annotations, which must say what the code says.
"""

from typing import Any, get_type_hints

from django.conf import settings as django_settings


class Settings:
    """The plugin's settings; an attribute is looked up in Django's settings each time it is read."""

    # .. setting_name: MICROCRED_PLATFORM
    # .. setting_default: 'microcred_plugin.compat.edxapp.platform.EdxPlatform'
    # .. setting_description: Dotted path of the class that answers ``compat.port.Platform``.
    MICROCRED_PLATFORM: str = "microcred_plugin.compat.edxapp.platform.EdxPlatform"
    # .. setting_name: MICROCRED_INTEREST_TTL_SECONDS
    # .. setting_default: 30
    # .. setting_description: How long a process may keep what it knows about which blocks matter, in seconds.
    MICROCRED_INTEREST_TTL_SECONDS: int = 30
    # .. setting_name: MICROCRED_REFRESH_DELAY_SECONDS
    # .. setting_default: 30
    # .. setting_description: How long after a publish in Studio a course's outline is read again, in seconds.
    MICROCRED_REFRESH_DELAY_SECONDS: int = 30
    # .. setting_name: MICROCRED_LEASE_SECONDS
    # .. setting_default: 120
    # .. setting_description: How long a worker may hold a learner's row before another may take it, in seconds;
    #   five times as long while a mail is sent.
    MICROCRED_LEASE_SECONDS: int = 120
    # .. setting_name: MICROCRED_MAX_ATTEMPTS
    # .. setting_default: 6
    # .. setting_description: How often an evaluation is tried before its row is parked for an operator to look at.
    MICROCRED_MAX_ATTEMPTS: int = 6
    # .. setting_name: MICROCRED_BACKOFF_SECONDS
    # .. setting_default: 15
    # .. setting_description: How long to wait after the first failure, in seconds; doubled after each further one.
    MICROCRED_BACKOFF_SECONDS: int = 15
    # .. setting_name: MICROCRED_BACKFILL_CHUNK
    # .. setting_default: 200
    # .. setting_description: How many learners are read and judged together in a backfill.
    MICROCRED_BACKFILL_CHUNK: int = 200
    # .. setting_name: MICROCRED_BACKFILL_PAUSE_MILLISECONDS
    # .. setting_default: 0
    # .. setting_description: How long a backfill rests between two chunks, in milliseconds.
    MICROCRED_BACKFILL_PAUSE_MILLISECONDS: int = 0
    # .. setting_name: MICROCRED_TASK_QUEUE
    # .. setting_default: ''
    # .. setting_description: Celery queue for our tasks, of LMS and Studio alike; empty means the default queue of
    #   the LMS, in Studio, too.
    MICROCRED_TASK_QUEUE: str = ""
    # .. setting_name: MICROCRED_SILENT_BLOCK_TYPES
    # .. setting_default: ('lti', 'scorm', 'annotatable', 'word_cloud', 'staffgradedxblock')
    # .. setting_description: Block types known never to report completion; the linter warns about units that hold
    #   them.
    MICROCRED_SILENT_BLOCK_TYPES: tuple[str, ...] = ("lti", "scorm", "annotatable", "word_cloud", "staffgradedxblock")
    # .. setting_name: MICROCRED_EVENT_ORIGIN
    # .. setting_default: 'microcred_plugin'
    # .. setting_description: ``origin`` of the badge template in the events BADGE_AWARDED and BADGE_REVOKED.
    MICROCRED_EVENT_ORIGIN: str = "microcred_plugin"
    # .. setting_name: MICROCRED_MAIL_LEARNERS
    # .. setting_default: True
    # .. setting_description: Mail learners when they earn a microcredential, and when it is revoked or expires.
    MICROCRED_MAIL_LEARNERS: bool = True
    # .. setting_name: MICROCRED_MAIL_MILESTONES
    # .. setting_default: False
    # .. setting_description: Mail them of the badges of milestones, too.
    MICROCRED_MAIL_MILESTONES: bool = False
    # .. setting_name: MICROCRED_MAIL_BACKFILLED
    # .. setting_default: False
    # .. setting_description: Mail them, too, of awards that follow from a walk over all learners (a backfill after a
    #   publish, ``reconcile --fix``) and not from what they did just then. Of a course that has run for long, that may
    #   be thousands of mails at once.
    MICROCRED_MAIL_BACKFILLED: bool = False
    # .. setting_name: MICROCRED_MAIL_MAX_AGE_SECONDS
    # .. setting_default: 604800
    # .. setting_description: How old a change of an award may become before learners are no longer mailed of it, in
    #   seconds; seven days. What could not be sent, or waited while notifying was paused, ends then.
    MICROCRED_MAIL_MAX_AGE_SECONDS: int = 604800
    # .. setting_name: MICROCRED_PUBLISH_TO_EVENT_BUS
    # .. setting_default: False
    # .. setting_description: Publish BADGE_AWARDED and BADGE_REVOKED to the platform's event bus; read once, when a
    #   process starts.
    MICROCRED_PUBLISH_TO_EVENT_BUS: bool = False
    # .. setting_name: MICROCRED_EVENT_BUS_TOPIC
    # .. setting_default: 'learning-badges-lifecycle'
    # .. setting_description: Topic of these events on the event bus, without the platform's prefix; Credentials uses
    #   the same for its badges.
    MICROCRED_EVENT_BUS_TOPIC: str = "learning-badges-lifecycle"
    # .. setting_name: MICROCRED_API_AUTHENTICATION
    # .. setting_default: ('edx_rest_framework_extensions.auth.jwt.authentication.JwtAuthentication',
    #   'edx_rest_framework_extensions.auth.session.authentication.SessionAuthenticationAllowInactiveUser')
    # .. setting_description: By which classes (dotted paths) callers of the REST API authenticate; the platform's
    #   Bearer class may be added.
    MICROCRED_API_AUTHENTICATION: tuple[str, ...] = (
        "edx_rest_framework_extensions.auth.jwt.authentication.JwtAuthentication",
        "edx_rest_framework_extensions.auth.session.authentication.SessionAuthenticationAllowInactiveUser",
    )
    # .. setting_name: MICROCRED_API_THROTTLE_RATE
    # .. setting_default: '120/minute'
    # .. setting_description: How many requests a user may make to the REST API, as in ``120/minute``; empty means no
    #   limit.
    MICROCRED_API_THROTTLE_RATE: str = "120/minute"
    # .. setting_name: MICROCRED_STUDIO_THROTTLE_RATE
    # .. setting_default: '600/minute'
    # .. setting_description: How many requests an author may make to the part of the REST API that Studio's editor
    #   uses, which saves by itself; empty means no limit.
    MICROCRED_STUDIO_THROTTLE_RATE: str = "600/minute"
    # .. setting_name: MICROCRED_METRICS_TOKEN
    # .. setting_default: ''
    # .. setting_description: With which token (``Authorization: Bearer …``) a monitor may read the metrics; empty means
    #   that only global staff may.
    MICROCRED_METRICS_TOKEN: str = ""
    # .. setting_name: MICROCRED_SWEEP_ALARM_SECONDS
    # .. setting_default: 3600
    # .. setting_description: After how long without a sweep ``microcred doctor`` complains, in seconds.
    MICROCRED_SWEEP_ALARM_SECONDS: int = 3600

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("MICROCRED_"):
            return super().__getattribute__(name)
        return getattr(django_settings, name, super().__getattribute__(name))


def names() -> tuple[str, ...]:
    """Name every setting, in the order of this file."""
    return tuple(get_type_hints(Settings))


def in_studio() -> bool:
    """Say whether this process is Studio's; told apart as the platform's own plugin app does."""
    return str(getattr(django_settings, "ROOT_URLCONF", "")).partition(".")[0] == "cms"


settings = Settings()
