"""Answers the plugin's questions from the sandbox's own rows, each with a constant number of queries."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import ModuleType
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from eventtracking import tracker
from opaque_keys.edx.keys import UsageKey

from microcred_plugin.compat.port import BLOCK_TYPE, Course, CourseBlock, Grade, Letter
from microcred_plugin.sandbox import content, grading, mail, signals, switches
from microcred_plugin.sandbox.content import Node
from microcred_plugin.sandbox.models import Certificate, Enrolment, SandboxBlock, SandboxCourse, Score

#: The platform's partition of enrolment modes, and its groups (settings.COURSE_ENROLLMENT_MODES).
_MODE_PARTITION = "50"
_MODE_GROUPS = {"audit": 1, "verified": 2, "professional": 3, "no-id-professional": 4, "credit": 5, "honor": 6}

#: What the sandbox announces, and our receiver of it.
_HEARD = (
    (signals.grade_changed, "on_grade_change"),
    (signals.certificate_changed, "on_certificate_change"),
    (signals.enrolment_changed, "on_enrolment_change"),
    (signals.course_published, "on_course_published"),
    (signals.user_retired, "on_user_retired"),
)


class SandboxPlatform:
    """Answers ``compat.port.Platform``."""

    def course(self, course_key: str) -> Course | None:
        """Describe an imported course."""
        row = SandboxCourse.objects.filter(key=course_key).first()
        if row is None or row.key != course_key:
            return None
        return Course(
            key=row.key,
            title=row.title,
            org=row.org,
            org_name=row.org,
            language=row.language,
            start=row.start,
            end=row.end,
            url=reverse("sandbox:course", args=[row.key]),
        )

    def published_versions(self, course_keys: Collection[str]) -> Mapping[str, str]:
        """Count the imports of each course."""
        rows = SandboxCourse.objects.filter(key__in=course_keys).values_list("key", "version")
        return {key: str(version) for key, version in rows if key in course_keys}

    def published_outline(self, course_key: str) -> CourseBlock | None:
        """Return the course as last imported."""
        root = content.load(course_key)
        return None if root is None else content.course_block(root)

    def learners(self, course_key: str, *, after: int = 0, limit: int = 1000) -> Sequence[int]:
        """Name enrolled users, a page at a time."""
        rows = Enrolment.objects.filter(course_key=course_key, active=True, user_id__gt=after).order_by("user_id")
        return list(rows.values_list("user_id", flat=True)[:limit])

    def count_learners(self, course_key: str) -> int:
        """Count enrolled users."""
        return Enrolment.objects.filter(course_key=course_key, active=True).count()

    def enrolments(self, user_ids: Collection[int], course_keys: Collection[str]) -> Mapping[tuple[int, str], str]:
        """Give the mode of each active enrolment."""
        rows = _enrolments(user_ids, course_keys)
        return {(row.user_id, row.course_key): row.mode for row in rows if row.course_key in course_keys}

    def visible_blocks(
        self, user_ids: Collection[int], course_key: str, block_keys: Collection[str]
    ) -> Mapping[int, frozenset[str]]:
        """Compare each block's ``group_access`` with the learner's content groups and mode."""
        rows = SandboxBlock.objects.filter(course__key=course_key, key__in=block_keys).only("key", "fields")
        access = {row.key: row.fields.get("group_access", {}) for row in rows}
        groups = {row.user_id: _groups(row) for row in _enrolments(user_ids, [course_key])}
        return {
            user_id: frozenset(key for key, needed in access.items() if _allowed(needed, groups.get(user_id, {})))
            for user_id in user_ids
        }

    def subsection_grades(
        self, user_ids: Collection[int], block_keys: Collection[str]
    ) -> Mapping[tuple[int, str], Grade]:
        """Work out the grades of subsections that have been attempted."""
        scores, trees = _scores(user_ids, {_course_key(key) for key in block_keys})
        nodes = [node for root in trees.values() for node in root.walk() if node.key in block_keys]
        grades = {(user_id, node.key): grading.subsection_grade(node, own) for user_id, own in scores for node in nodes}
        return {key: grade for key, grade in grades.items() if grade is not None}

    def course_grades(self, user_ids: Collection[int], course_keys: Collection[str]) -> Mapping[tuple[int, str], Grade]:
        """Work out the course grades of learners who have attempted something."""
        scores, trees = _scores(user_ids, course_keys)
        grades = {
            (user_id, key): grading.course_grade(root, root.row.course.policy, own)
            for user_id, own in scores
            for key, root in trees.items()
        }
        return {key: grade for key, grade in grades.items() if grade is not None}

    def certificates(
        self, user_ids: Collection[int], course_keys: Collection[str]
    ) -> Mapping[tuple[int, str], datetime]:
        """Say when each certificate was made."""
        rows = Certificate.objects.filter(user_id__in=user_ids, course_key__in=course_keys)
        return {(row.user_id, row.course_key): row.created for row in rows if row.course_key in course_keys}

    def is_course_staff(self, user_id: int, course_key: str) -> bool:
        """Say whether the user is staff, of the site or of the course (group ``course_staff:<key>``), or an author.

        On the platform, too, who may write a course in Studio is on its course team; limited staff
        (``limited_staff:<key>``) see all that staff see, and may not write.
        """
        limited = Q(groups__name=f"limited_staff:{course_key}")
        role = Q(is_staff=True) | Q(groups__name="author") | limited
        return self._has_role(user_id, role, f"course_staff:{course_key}")

    def can_author(self, user_id: int, course_key: str) -> bool:
        """Say whether the user may write the course: the operator, its staff, and every author."""
        return self._has_role(user_id, Q(groups__name="author"), f"course_staff:{course_key}")

    def effective_user_id(self, request: Any, course_key: str) -> int:
        """Give the caller; nobody masquerades here."""
        return int(request.user.pk or 0)

    def _has_role(self, user_id: int, role: Q, group: str) -> bool:
        user = get_user_model().objects.filter(pk=user_id, is_active=True)
        return user.filter(role | Q(is_superuser=True) | Q(groups__name=group)).exists()

    def block_urls(self, course_key: str, block_keys: Collection[str]) -> Mapping[str, str]:
        """Give the address of each block in its unit's page."""
        return {key: reverse("sandbox:jump", args=[course_key, key]) for key in block_keys}

    def lms_url(self) -> str:
        """Give the sandbox's address, when ``sandbox demo`` was told it."""
        return str(getattr(settings, "LMS_ROOT_URL", "")).rstrip("/")

    def studio_url(self) -> str:
        """Give the same: the sandbox is both."""
        return self.lms_url()

    def studio_course_url(self, course_key: str) -> str:
        """Give the sandbox's Studio page of a course."""
        return f"{self.studio_url()}{reverse('sandbox:studio', args=[course_key])}"

    def studio_unit_url(self, block_key: str) -> str:
        """Give the learner's page of the unit: blocks are edited in the corner of Studio that the sandbox has."""
        run = str(UsageKey.from_string(block_key).context_key)
        return f"{self.studio_url()}{reverse('sandbox:unit', args=[run, block_key])}"

    def block_is_allowed(self, course_key: str) -> bool:
        """Say whether the course names the block, as an export does it."""
        found = SandboxBlock.objects.filter(course__key=course_key, type="course").first()
        return found is not None and BLOCK_TYPE in _advanced_modules(found)

    def allow_block(self, course_key: str, user_id: int) -> None:
        """Have the course name it."""
        for found in SandboxBlock.objects.filter(course__key=course_key, type="course"):
            if BLOCK_TYPE not in (named := _advanced_modules(found)):
                found.fields = {**found.fields, "advanced_modules": [*named, BLOCK_TYPE]}
                found.save(update_fields=["fields"])

    def base_template(self) -> str:
        """Give the sandbox's own."""
        return "sandbox/base.html"

    def track(self, user_id: int, course_key: str, name: str, data: Mapping[str, Any]) -> None:
        """Emit by the tracker that edx-completion uses, too; ``settings.sandbox`` writes it to a file."""
        org = course_key.removeprefix("course-v1:").partition("+")[0]
        with tracker.get_tracker().context(name, {"user_id": user_id, "course_id": course_key, "org_id": org}):
            tracker.emit(name, dict(data))

    def mail(self, user_id: int, letter: Letter) -> bool:
        """Send it by Django, to who is active and has an address."""
        return mail.send(user_id, letter, self.lms_url())

    def connect(self, receivers: ModuleType) -> Sequence[str]:
        """Connect the receivers to the sandbox's signals, in place of the platform's."""
        for signal, name in _HEARD:
            signal.connect(getattr(receivers, name), dispatch_uid=f"microcred_sandbox.{name}")
        return ()

    def completion_is_tracked(self) -> bool:
        """Say whether the switch is on."""
        return switches.completion_is_tracked()


def _advanced_modules(course: SandboxBlock) -> list[str]:
    """Read the list, which an export holds as JSON."""
    found = course.fields.get("advanced_modules") or course.fields.get("olx", {}).get("advanced_modules") or []
    if isinstance(found, str):
        try:
            found = json.loads(found)
        except ValueError:
            return []
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _enrolments(user_ids: Collection[int], course_keys: Collection[str]) -> list[Enrolment]:
    return list(Enrolment.objects.filter(user_id__in=user_ids, course_key__in=course_keys, active=True))


def _groups(enrolment: Enrolment) -> Mapping[str, int]:
    mode = _MODE_GROUPS.get(enrolment.mode)
    return {**({_MODE_PARTITION: mode} if mode else {}), **enrolment.groups}


def _allowed(needed: Mapping[str, list[int]], groups: Mapping[str, int]) -> bool:
    return all(groups.get(partition) in allowed for partition, allowed in needed.items())


def _course_key(usage_key: str) -> str:
    return "course-v1:" + usage_key.removeprefix("block-v1:").partition("+type@")[0]


def _scores(
    user_ids: Collection[int], course_keys: Collection[str]
) -> tuple[list[tuple[int, dict[str, Score]]], dict[str, Node]]:
    """Give each learner's scores in these courses by block, and the trees of the courses in which there are any.

    One query, and one more for each course that this process has not read since it was imported.
    """
    course = SandboxCourse.objects.filter(key=OuterRef("course_key"))
    rows = Score.objects.filter(user_id__in=user_ids, course_key__in=course_keys).defer("answers")
    by_user: dict[int, dict[str, Score]] = defaultdict(dict)
    stamps: dict[str, Any] = {}
    for score in rows.annotate(
        course_pk=Subquery(course.values("pk")),
        version=Subquery(course.values("version")),
        imported=Subquery(course.values("imported")),
    ):
        by_user[score.user_id][score.block_key] = score
        stamps[score.course_key] = (score.course_pk, score.version, score.imported)
    trees = {key: root for key, stamp in stamps.items() if (root := content.kept(key, stamp)) is not None}
    return list(by_user.items()), trees
