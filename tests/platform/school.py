"""The contract's school in a real platform: its modulestore, its enrolments, its grades."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from common.djangoapps.course_modes.tests.factories import CourseModeFactory
from common.djangoapps.student.models import CourseEnrollment
from common.djangoapps.student.roles import CourseStaffRole
from common.djangoapps.student.tests.factories import UserFactory
from django.contrib.auth import get_user_model
from lms.djangoapps.certificates.models import GeneratedCertificate
from lms.djangoapps.certificates.tests.factories import GeneratedCertificateFactory
from lms.djangoapps.grades.models import PersistentCourseGrade, PersistentSubsectionGrade
from openedx.core.djangoapps.content.learning_sequences.models import LearningContext
from openedx.core.djangoapps.course_groups.models import CohortMembership, CourseUserGroupPartitionGroup
from openedx.core.djangoapps.course_groups.partition_scheme import CohortPartitionScheme
from openedx.core.djangoapps.course_groups.tests.helpers import CohortFactory
from openedx.core.djangoapps.user_api.accounts.utils import create_retirement_request_and_deactivate_account
from openedx.core.djangoapps.user_api.models import RetirementState
from xmodule.modulestore import ModuleStoreEnum
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.tests.factories import BlockFactory, CourseFactory
from xmodule.partitions.partitions import ENROLLMENT_TRACK_PARTITION_ID, Group, UserPartition

from microcred_plugin.compat.edxapp.platform import EdxPlatform

from .contract import DUE, PARTITION

_PROBLEM = """<problem><multiplechoiceresponse><choicegroup>
<choice correct="true">yes</choice><choice correct="false">no</choice>
</choicegroup></multiplechoiceresponse></problem>"""
_VERIFIED = 2


class PlatformSchool:
    """Answers ``contract.School``."""

    def __init__(self) -> None:
        self.platform = EdxPlatform()
        groups = [Group(1, "One"), Group(2, "Two")]
        partition = UserPartition(PARTITION, "Content groups", "", groups, CohortPartitionScheme)
        partition.scheme.name = "cohort"
        self.course = CourseFactory.create(org="Org", display_name="Tiny", user_partitions=[partition])
        self.run = str(self.course.id)
        for mode in ("audit", "verified"):
            CourseModeFactory.create(course_id=self.course.id, mode_slug=mode)
        self._fill()
        self._note_version()

    def _fill(self) -> None:
        section = self._block(self.course, "chapter", "section")
        exam = self._block(section, "sequential", "exam", graded=True, due=DUE, format="Exam")
        reading = self._block(exam, "vertical", "reading")
        self._block(reading, "html", "plain")
        self._block(reading, "html", "grouped", group_access={PARTITION: [1]})
        self._block(reading, "html", "verified", group_access={ENROLLMENT_TRACK_PARTITION_ID: [_VERIFIED]})
        self._block(reading, "html", "staff", visible_to_staff_only=True)
        self._block(reading, "discussion", "talk")
        self._block(self._block(exam, "vertical", "practice"), "problem", "quiz", data=_PROBLEM)
        bank = self._block(self._block(exam, "vertical", "bank_unit"), "library_content", "bank", max_count=1)
        for name in ("bank1", "bank2"):
            self._block(bank, "problem", name, data=_PROBLEM)

    def _block(self, parent: Any, kind: str, name: str, **fields: Any) -> Any:
        """Write a block and publish it."""
        return BlockFactory.create(
            parent=parent,
            parent_location=parent.location,
            location=self.course.id.make_usage_key(kind, name),
            category=kind,
            display_name=name.capitalize(),
            **fields,
        )

    def _note_version(self) -> None:
        """Write what Studio's task writes after a publish (cms/djangoapps/contentstore/outlines.py)."""
        with modulestore().branch_setting(ModuleStoreEnum.Branch.published_only, self.course.id):
            version = str(modulestore().get_course(self.course.id).course_version)
        LearningContext.objects.update_or_create(
            context_key=self.course.id,
            defaults={"title": "Tiny", "published_at": datetime.now(UTC), "published_version": version},
        )

    def key(self, name: str) -> str:
        kinds = {
            "exam": "sequential", "reading": "vertical", "practice": "vertical", "bank_unit": "vertical",
            "bank": "library_content", "quiz": "problem", "bank1": "problem", "bank2": "problem",
        }  # fmt: skip
        return str(self.course.id.make_usage_key(kinds.get(name, "html"), name))

    def learner(self, name: str) -> int:
        return UserFactory.create(username=name).pk

    def _user(self, user_id: int) -> Any:
        return get_user_model().objects.get(pk=user_id)

    def enrol(self, user_id: int, mode: str = "audit") -> None:
        CourseEnrollment.enroll(self._user(user_id), self.course.id, mode=mode)

    def unenrol(self, user_id: int) -> None:
        CourseEnrollment.unenroll(self._user(user_id), self.course.id)

    def put_into_group(self, user_id: int, group: int) -> None:
        link = CourseUserGroupPartitionGroup.objects.filter(
            course_user_group__course_id=self.course.id, partition_id=PARTITION, group_id=group
        ).first()
        cohort = link.course_user_group if link else CohortFactory(course_id=self.course.id)
        if link is None:
            CourseUserGroupPartitionGroup.objects.create(
                course_user_group=cohort, partition_id=PARTITION, group_id=group
            )
        CohortMembership.assign(cohort, self._user(user_id))

    def grade(self, user_id: int, fraction: Decimal) -> None:
        earned, now = float(fraction) * 4, datetime.now(UTC)
        PersistentSubsectionGrade.update_or_create_grade(
            user_id=user_id, usage_key=self.course.id.make_usage_key("sequential", "exam"), course_version="1",
            subtree_edited_timestamp=now, earned_all=earned, possible_all=4.0, earned_graded=earned,
            possible_graded=4.0, visible_blocks=[], first_attempted=now,
        )  # fmt: skip
        passed = fraction >= Decimal("0.5")
        PersistentCourseGrade.update_or_create(
            user_id, self.course.id, course_version="1", course_edited_timestamp=now, grading_policy_hash="hash",
            percent_grade=float(fraction), letter_grade="Pass" if passed else "", passed=passed,
        )  # fmt: skip
        if passed and not GeneratedCertificate.objects.filter(user_id=user_id).exists():
            GeneratedCertificateFactory.create(
                user=self._user(user_id), course_id=self.course.id, status="downloadable", mode="honor"
            )

    def make_staff(self, user_id: int) -> None:
        CourseStaffRole(self.course.id).add_users(self._user(user_id))

    make_author = make_staff

    def deactivate(self, user_id: int) -> None:
        get_user_model().objects.filter(pk=user_id).update(is_active=False)

    def retire(self, user_id: int) -> None:
        RetirementState.objects.get_or_create(
            state_name="PENDING", defaults={"state_execution_order": 1, "is_dead_end_state": False}
        )
        create_retirement_request_and_deactivate_account(self._user(user_id))

    def publish_again(self) -> None:
        exam = modulestore().get_item(self.course.id.make_usage_key("sequential", "exam"))
        self._block(self._block(exam, "vertical", "more"), "html", "further")
        self._note_version()
