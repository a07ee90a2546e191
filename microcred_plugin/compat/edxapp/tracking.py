"""The platform's tracking log (event-tracking; common/djangoapps/track)."""

from collections.abc import Mapping
from typing import Any

from microcred_plugin.compat.edxapp.keys import course_key


def track(user_id: int, course: str, name: str, data: Mapping[str, Any]) -> None:
    """Emit an event in the learner's and the course's context, over that of a request, if there is one.

    The tracker logs, and does not raise, what a backend of its could not do.
    """
    from common.djangoapps.track.contexts import course_context_from_course_id
    from eventtracking import tracker

    context = {**course_context_from_course_id(course_key(course)), "user_id": user_id}
    with tracker.get_tracker().context(name, context):
        tracker.emit(name, dict(data))
