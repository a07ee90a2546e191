"""Whether a course has anything to show, asked on pages that are not ours: cheap, and never in their way."""

from microcred_plugin import api
from microcred_plugin.logs import Log

log = Log(__name__)


def is_offered_in(course_key: object) -> bool:
    """Say whether something can be earned in a course; nothing is raised, for the whole page of others would fail.

    Known in this process for ``MICROCRED_INTEREST_TTL_SECONDS``; a query after that.
    """
    try:
        return api.is_offered_in(str(course_key))
    except Exception as error:
        log.failure("offer-not-found", error, course=course_key, then="the course is shown without microcredentials")
        return False
