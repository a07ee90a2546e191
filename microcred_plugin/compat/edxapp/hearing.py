"""Which signals of the platform bring us what, in LMS and Studio.

Connected by name when the process starts. One that a release does not have is left out, and ``microcred doctor`` tells:
the plugin mechanism's own declaration (``signals_config``) would keep the LMS from starting.
"""

from collections.abc import Sequence
from functools import reduce
from importlib import import_module
from types import ModuleType
from typing import Any

from microcred_plugin.conf import in_studio
from microcred_plugin.logs import Log

log = Log(__name__)

_GRADES = "lms.djangoapps.grades.signals.signals"
_PLATFORM = "openedx.core.djangoapps.signals.signals"
_LEARNING = "openedx_events.learning.signals"
_AUTHORING = "openedx_events.content_authoring.signals"
_RETIREMENT = "openedx.core.djangoapps.user_api.accounts.signals"
_MODULESTORE = "xmodule.modulestore.django"

#: (module:signal, our receiver). Openedx-events are also what a consumer of the event bus sends again in its process.
_IN_LMS = (
    (f"{_GRADES}:SUBSECTION_SCORE_CHANGED", "on_subsection_score"),
    (f"{_PLATFORM}:COURSE_GRADE_CHANGED", "on_course_grade"),
    (f"{_LEARNING}:COURSE_PASSING_STATUS_UPDATED", "on_passing_status"),
    (f"{_LEARNING}:CCX_COURSE_PASSING_STATUS_UPDATED", "on_passing_status"),
    (f"{_LEARNING}:CERTIFICATE_CREATED", "on_certificate"),
    (f"{_LEARNING}:CERTIFICATE_CHANGED", "on_certificate"),
    (f"{_LEARNING}:CERTIFICATE_REVOKED", "on_certificate"),
    # A pipeline of retirement sends the second always, the first if it has that state, which is not in the default.
    (f"{_RETIREMENT}:USER_RETIRE_LMS_MISC", "on_user_retired"),
    (f"{_RETIREMENT}:USER_RETIRE_LMS_CRITICAL", "on_user_retired"),
)
#: Studio enrols its authors, and the LMS publishes the courses of coaches (CCX).
_IN_BOTH = (
    (f"{_LEARNING}:COURSE_ENROLLMENT_CREATED", "on_enrolment"),
    (f"{_LEARNING}:COURSE_ENROLLMENT_CHANGED", "on_enrolment"),
    (f"{_LEARNING}:COURSE_UNENROLLMENT_COMPLETED", "on_enrolment"),
    (f"{_MODULESTORE}:SignalHandler.course_published", "on_course_published"),
    (f"{_MODULESTORE}:SignalHandler.course_deleted", "on_course_deleted"),
    (f"{_AUTHORING}:XBLOCK_DELETED", "on_block_deleted"),
    (f"{_AUTHORING}:COURSE_IMPORT_COMPLETED", "on_course_imported"),
)
_RERUN = "common.djangoapps.course_action_state.models:CourseRerunState"


def heard_in(service: str) -> Sequence[tuple[str, str]]:
    """List what is heard in ``lms`` or ``cms``: the signal's name and that of our receiver."""
    return _IN_BOTH if service == "cms" else (*_IN_LMS, *_IN_BOTH)


def connect(receivers: ModuleType) -> Sequence[str]:
    """Connect the receivers to what this process may send; return the signals that this release does not have."""
    heard = heard_in("cms" if in_studio() else "lms")
    missing = [signal for signal, receiver in heard if not _connected(signal, getattr(receivers, receiver))]
    if not _connected("django.db.models.signals:post_save", receivers.on_course_rerun, sender=_RERUN):
        missing.append(_RERUN)
    if missing:
        log.warning("signals-not-there", signals=", ".join(missing), then="what they would tell is not heard")
    return missing


def _connected(signal: str, receiver: Any, sender: str | None = None) -> bool:
    try:
        found, origin = _named(signal), _named(sender) if sender else None
    except (ImportError, AttributeError):
        return False
    found.connect(receiver, sender=origin, dispatch_uid=f"microcred_plugin.{signal}.{receiver.__name__}")
    return True


def _named(path: str) -> Any:
    """Return what ``module:attribute.attribute`` names."""
    module, _, attributes = path.partition(":")
    return reduce(getattr, attributes.split("."), import_module(module))
