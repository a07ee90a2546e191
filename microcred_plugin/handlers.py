"""What we hear: which learner's evidence changed, into the outbox; and what became of a course.

Receivers run in a learner's request, in a grade task or in a retirement, where an exception of ours would break theirs:
none leaves this module, but where their work is lost already. What an event says beyond "this may have changed" is
ignored; the state is read again. ``compat`` connects them to the signals of the platform, whose arguments they take.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from microcred_plugin import dispatch
from microcred_plugin.conf import settings
from microcred_plugin.evidence import listening, outbox
from microcred_plugin.flows import offerings, retire_user
from microcred_plugin.logs import Log

log = Log(__name__)


@contextmanager
def _never_raising(event: str) -> Iterator[None]:
    connection = transaction.get_connection()
    lost_before = connection.needs_rollback
    try:
        yield
    except Exception as error:  # see the module's docstring
        if connection.needs_rollback and not lost_before:
            # MySQL gives up the whole transaction on a deadlock, not only our savepoint: the caller's work is gone, and
            # silence would make them believe that it was saved.
            raise
        log.failure("change-not-noted", error, change=event, then="microcred reconcile finds what was missed")


def on_block_completion(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Hear that a BlockCompletion row was saved or deleted."""
    with _never_raising("block completion"):
        course = listening.concerned_course(instance.context_key, instance.block_key)
        if course is not None:
            outbox.mark(instance.user_id, course)


# About one learner in one course


def _about(event: str, read: Callable[[], tuple[int, Any]]) -> None:
    """Note that a learner's evidence in a course may have changed; ``read`` takes both out of what was sent."""
    with _never_raising(event):
        user_id, course_key = read()
        course = str(course_key)
        if listening.is_heard(course):
            outbox.mark(user_id, course)


def on_subsection_score(sender: Any, user: Any, course: Any, **kwargs: Any) -> None:
    """Hear SUBSECTION_SCORE_CHANGED (lms/djangoapps/grades/signals): the subsection's grade was stored anew."""
    _about("subsection grade", lambda: (user.id, course.id))


def on_course_grade(sender: Any, user: Any, course_key: Any, **kwargs: Any) -> None:
    """Hear COURSE_GRADE_CHANGED (openedx/core/djangoapps/signals): the course grade was stored anew."""
    _about("course grade", lambda: (user.id, course_key))


def on_passing_status(sender: Any, course_passing_status: Any, **kwargs: Any) -> None:
    """Hear COURSE_PASSING_STATUS_UPDATED or its CCX twin (openedx-events), which are sent with every grade."""

    def read() -> tuple[int, Any]:
        course = course_passing_status.course
        return course_passing_status.user.id, getattr(course, "ccx_course_key", None) or course.course_key

    _about("passing status", read)


def on_certificate(sender: Any, certificate: Any, **kwargs: Any) -> None:
    """Hear CERTIFICATE_CREATED, CERTIFICATE_CHANGED or CERTIFICATE_REVOKED (openedx-events)."""
    _about("certificate", lambda: (certificate.user.id, certificate.course.course_key))


def on_enrolment(sender: Any, enrollment: Any, **kwargs: Any) -> None:
    """Hear COURSE_ENROLLMENT_CREATED, _CHANGED or COURSE_UNENROLLMENT_COMPLETED (openedx-events)."""
    _about("enrolment", lambda: (enrollment.user.id, enrollment.course.course_key))


def on_grade_change(user_id: int, course_key: Any, **kwargs: Any) -> None:
    """Hear that a subsection's or the course's grade, or whether the learner passes, may have changed."""
    _about("grade", lambda: (user_id, course_key))


def on_certificate_change(user_id: int, course_key: Any, **kwargs: Any) -> None:
    """Hear that a course certificate was made, changed or revoked."""
    _about("certificate", lambda: (user_id, course_key))


def on_enrolment_change(user_id: int, course_key: Any, **kwargs: Any) -> None:
    """Hear that a learner enrolled, left, or changed the mode."""
    _about("enrolment", lambda: (user_id, course_key))


# About a course


def _content_changed(event: str, read: Callable[[], Any]) -> None:
    """Read a course's outline again, after the commit; nothing for a library or a course that concerns nobody.

    A little later, because an author publishes, and an import writes, many times in a row.
    """
    with _never_raising(event):
        course_key = read()
        if not getattr(course_key, "is_course", True):
            return
        course = _without_branch(course_key)
        if listening.is_heard(course):
            dispatch.after_commit("refresh_structure", course, countdown=settings.MICROCRED_REFRESH_DELAY_SECONDS)


def _without_branch(course_key: Any) -> str:
    """Write a run's key as everybody else does; Studio's signals may carry ``+branch@draft-branch`` or a version."""
    plain = course_key.for_branch(None) if hasattr(course_key, "for_branch") else course_key
    return str(plain.version_agnostic() if hasattr(plain, "version_agnostic") else plain)


def on_course_published(course_key: Any, **kwargs: Any) -> None:
    """Hear that something in a course was published (xmodule/modulestore/django.py, course_published)."""
    _content_changed("course published", lambda: course_key)


def on_block_deleted(sender: Any, xblock_info: Any, **kwargs: Any) -> None:
    """Hear XBLOCK_DELETED (openedx-events): a deleted block can complete a unit with no event from the learner."""
    _content_changed("block deleted", lambda: xblock_info.usage_key.context_key)


def on_course_imported(sender: Any, course: Any, **kwargs: Any) -> None:
    """Hear COURSE_IMPORT_COMPLETED (openedx-events)."""
    _content_changed("course imported", lambda: course.course_key)


def on_course_deleted(course_key: Any, **kwargs: Any) -> None:
    """Hear that a course was deleted: nothing is offered there any more; what was earned stays."""
    with _never_raising("course deleted"):
        offerings.withdraw(_without_branch(course_key))


def on_course_rerun(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Hear that Studio has finished a re-run (common/djangoapps/course_action_state, CourseRerunState)."""
    with _never_raising("course re-run"):
        if instance.state == "succeeded":
            offerings.offer_in_rerun(_without_branch(instance.source_course_key), _without_branch(instance.course_key))


def on_user_retired(sender: Any, user: Any, **kwargs: Any) -> None:
    """Hear that an account is being retired (USER_RETIRE_LMS_MISC, _CRITICAL): erase what we hold about them, at once.

    This one lets errors out: the platform then notes that the retirement is not done, and somebody repeats it.
    """
    if user is not None and user.pk is not None:
        retire_user.forget(user.pk)
