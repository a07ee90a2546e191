"""What we hear: which learner's evidence changed, into the outbox; nothing else.

Receivers run in a learner's request, in a grade task or in a retirement, where an exception of ours would break theirs:
none leaves this module, but where their work is lost already. What an event says beyond "this may have changed" is
ignored; the state is read again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from microcred_plugin import dispatch
from microcred_plugin.evidence import listening, outbox
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


def _on_course_event(event: str, user_id: int, course_key: Any) -> None:
    with _never_raising(event):
        course = str(course_key)
        if listening.is_heard(course):
            outbox.mark(user_id, course)


def on_grade_change(user_id: int, course_key: Any, **kwargs: Any) -> None:
    """Hear that a subsection's or the course's grade, or whether the learner passes, may have changed."""
    _on_course_event("grade", user_id, course_key)


def on_certificate_change(user_id: int, course_key: Any, **kwargs: Any) -> None:
    """Hear that a course certificate was made, changed or revoked."""
    _on_course_event("certificate", user_id, course_key)


def on_enrolment_change(user_id: int, course_key: Any, **kwargs: Any) -> None:
    """Hear that a learner enrolled, left, or changed the mode."""
    _on_course_event("enrolment", user_id, course_key)


def on_course_published(course_key: Any, **kwargs: Any) -> None:
    """Hear that a course's content may have changed: read its outline again, after the commit."""
    with _never_raising("course published"):
        dispatch.after_commit("refresh_structure", str(course_key))
