"""The questions we ask of the platform, and the small frozen types of its answers.

Keys are strings everywhere (``course-v1:…``, ``block-v1:…``, no branch, no version), users are ids, fractions are
``Decimal``, times are aware UTC. Every question about learners takes many at once, so that a batch costs what one
learner costs. An answerer raises nothing for what does not exist: it leaves it out. It raises (``Unreadable``, or what
its platform raises) for what exists and cannot be read now: no answer is safe that only looks like one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import ModuleType
from typing import Any, Protocol

BLOCK_TYPE = "microcredential"  #: of our XBlock, as setup.py names its entry point


class CompletionMode(StrEnum):
    """XBlock's ``completion_mode`` (xblock.completable.XBlockCompletionMode)."""

    COMPLETABLE = "completable"
    AGGREGATOR = "aggregator"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseBlock:
    """One published block and what is below it; the only shape in which a course's content reaches us."""

    key: str
    type: str
    title: str
    children: tuple["CourseBlock", ...] = ()
    completion_mode: CompletionMode = CompletionMode.COMPLETABLE
    staff_only: bool = False  #: learners never see it (merged with its ancestors' or not: both work)
    optional: bool = False  #: ``optional_completion``, where a platform has it
    restricted: bool = False  #: ``group_access`` is set: who sees it differs per learner
    max_count: int | None = None  #: for ``library_content`` and ``itembank``; -1 means all
    graded: bool = False
    has_score: bool = False
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What we need to know about a course run."""

    key: str
    title: str
    org: str
    org_name: str = ""
    language: str = ""
    start: datetime | None = None
    end: datetime | None = None
    url: str = ""  #: the learner's home of the course
    image_url: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of a subsection or a course: earned of possible as a fraction 0…1, and when it last changed."""

    fraction: Decimal
    at: datetime | None = None
    passed: bool = False  #: for a course: is the learner passing it


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail to one learner, from the templates ``microcred_plugin/edx_ace/<name>/email/`` in the learner's language.

    They are given ``context``, and by the answerer ``name`` (the learner's full name, or ''), ``platform_name``,
    ``url`` (``path`` with the LMS's address before it) and ``base`` and ``head`` (the templates that they extend).
    """

    name: str
    course_key: str  #: the run it is about, or '': it decides about the site, and who opted out of its mails
    path: str  #: of the page it leads to, in the LMS
    context: Mapping[str, str | bool]


class Platform(Protocol):
    """What the plugin needs to know from the platform. ``sandbox`` and ``compat.edxapp`` answer it."""

    def course(self, course_key: str) -> Course | None:
        """Describe a course run, or None when there is none."""

    def published_versions(self, course_keys: Collection[str]) -> Mapping[str, str]:
        """Name the version of each run that is published now; it differs when, and only when, content was published."""

    def published_outline(self, course_key: str) -> CourseBlock | None:
        """Return the published course, block ``course`` at the top, or None when there is none."""

    def learners(self, course_key: str, *, after: int = 0, limit: int = 1000) -> Sequence[int]:
        """Name up to ``limit`` actively enrolled users with an id above ``after``, in the order of their ids."""

    def count_learners(self, course_key: str) -> int:
        """Count the actively enrolled users."""

    def enrolments(self, user_ids: Collection[int], course_keys: Collection[str]) -> Mapping[tuple[int, str], str]:
        """Give the mode (``audit``, ``verified`` …) of each active enrolment."""

    def visible_blocks(
        self, user_ids: Collection[int], course_key: str, block_keys: Collection[str]
    ) -> Mapping[int, frozenset[str]]:
        """Say which of these *restricted* blocks each learner can see."""

    def subsection_grades(
        self, user_ids: Collection[int], block_keys: Collection[str]
    ) -> Mapping[tuple[int, str], Grade]:
        """Give the grades of subsections that have been attempted."""

    def course_grades(self, user_ids: Collection[int], course_keys: Collection[str]) -> Mapping[tuple[int, str], Grade]:
        """Give the course grades that exist."""

    def certificates(
        self, user_ids: Collection[int], course_keys: Collection[str]
    ) -> Mapping[tuple[int, str], datetime]:
        """Say when each *valid* course certificate was made."""

    def is_course_staff(self, user_id: int, course_key: str) -> bool:
        """Say whether this user may see others' progress in the run: course staff, instructors, global staff."""

    def can_author(self, user_id: int, course_key: str) -> bool:
        """Say whether this user may write the course's content in Studio."""

    def effective_user_id(self, request: Any, course_key: str) -> int:
        """Say whose progress a page shows the caller: their own, or of the learner as whom staff look at the course.

        0, whom nothing belongs to, for nobody in particular.
        """

    def block_urls(self, course_key: str, block_keys: Collection[str]) -> Mapping[str, str]:
        """Give the learner's address of each block (a unit or subsection)."""

    def lms_url(self) -> str:
        """Give the address of the LMS, with its scheme and without a slash at the end; '' when it is not known."""

    def studio_url(self) -> str:
        """Give the address of Studio likewise."""

    def studio_course_url(self, course_key: str) -> str:
        """Give the address of a course's outline in Studio."""

    def studio_unit_url(self, block_key: str) -> str:
        """Give the address of a unit in Studio."""

    def block_is_allowed(self, course_key: str) -> bool:
        """Say whether Studio offers our block to the team of a course."""

    def allow_block(self, course_key: str, user_id: int) -> None:
        """Have Studio offer our block to the team of a course from now on; twice is once."""

    def base_template(self) -> str:
        """Name the template that our pages extend to look like the site's; '' when there is none."""

    def track(self, user_id: int, course_key: str, name: str, data: Mapping[str, Any]) -> None:
        """Emit a tracking event about a learner, in the context of a course ('': of none); ``data`` is JSON."""

    def mail(self, user_id: int, letter: Letter) -> bool:
        """Send a mail to a learner, in their language and from their site.

        False when they are not to be mailed: they have no address, are not active, are retired or opted out. Whatever
        is raised means that it was not sent, and may be tried again.
        """

    def connect(self, receivers: ModuleType) -> Sequence[str]:
        """Connect our receivers (``handlers``) to what this process announces; name what could not be connected."""

    def completion_is_tracked(self) -> bool:
        """Say whether the completion service is switched on."""


__all__ = [
    "BLOCK_TYPE",
    "CompletionMode",
    "Course",
    "CourseBlock",
    "Grade",
    "Letter",
    "Platform",
]
