"""Learners of a real LMS: what they do is heard, judged and awarded."""

from decimal import Decimal
from typing import Any
from unittest import mock

import pytest

pytest.importorskip(
    "lms.envs", reason="runs inside an openedx-platform checkout: see docs/how-tos/test-in-your-platform.md"
)

from ccx_keys.locator import CCXLocator
from common.djangoapps.student.models import CourseEnrollment
from common.djangoapps.student.tests.factories import UserFactory
from completion.models import BlockCompletion
from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH
from django.core import mail
from edx_toggles.toggles.testutils import override_waffle_switch
from lms.djangoapps.ccx.tests.factories import CcxFactory
from lms.djangoapps.grades.course_grade_factory import CourseGradeFactory
from opaque_keys.edx.keys import CourseKey, UsageKey
from openedx.core.djangolib.testing.utils import skip_unless_lms
from xmodule.modulestore.tests.django_utils import TEST_DATA_SPLIT_MODULESTORE, ModuleStoreTestCase

from microcred_plugin import api, compat
from microcred_plugin.data import AwardState
from microcred_plugin.errors import Unreadable

from . import stories
from .contract import tracked
from .school import PlatformSchool


@skip_unless_lms
class TestLearning(ModuleStoreTestCase):
    """One course, one definition, and what happens to it."""

    MODULESTORE = TEST_DATA_SPLIT_MODULESTORE

    def setUp(self) -> None:
        super().setUp()
        stories.forget()
        switch = override_waffle_switch(ENABLE_COMPLETION_TRACKING_SWITCH, True)
        switch.__enter__()
        self.addCleanup(switch.__exit__, None, None, None)
        self.school = PlatformSchool()
        self.ada = UserFactory.create(username="ada")
        self.school.enrol(self.ada.pk)

    def publish(self, *requirements: dict[str, Any], **more: Any) -> None:
        with stories.committed(self):
            stories.publish(self.school.run, *requirements, **more)

    def complete(self, *names: str, user: Any = None, completion: float = 1.0) -> None:
        with stories.committed(self):
            for name in names:
                BlockCompletion.objects.submit_completion(
                    user or self.ada, UsageKey.from_string(self.school.key(name)), completion
                )

    def test_nothing_is_missing_of_what_this_release_announces(self) -> None:
        assert compat.unheard() == ()

    def test_what_cannot_be_loaded_takes_nothing_away(self) -> None:
        ask, run, away = self.school.platform, self.school.run, ConnectionError("the database is away")
        whole = ask.published_outline(run)
        for broken in ("course_block.CourseBlock", "vertical_block.VerticalBlock", "html_block.HtmlBlock"):
            with mock.patch(f"xmodule.{broken}.__init__", side_effect=away), pytest.raises(Unreadable):
                ask.published_outline(run)
        with mock.patch("xmodule.course_block.CourseBlock.__init__", side_effect=away), pytest.raises(Unreadable):
            ask.visible_blocks([self.ada.pk], run, [self.school.key("grouped")])
        assert ask.published_outline(run) == whole

    def test_completing_the_last_block_of_a_unit_awards_at_once(self) -> None:
        self.publish({"completion": {"block": "vertical@reading"}})
        self.complete("plain")
        assert stories.whole_awards(self.ada.pk) == [("basics", AwardState.GRANTED)]  # the rest is not hers to see

    def test_who_earns_it_is_mailed_and_it_is_tracked_once(self) -> None:
        self.publish({"completion": {"block": "vertical@reading"}})
        mail.outbox = []
        with tracked() as events:
            self.complete("plain")
            api.sweep()
        assert [message.to for message in mail.outbox] == [[self.ada.email]]
        assert f"/microcredentials/courses/{self.school.run}/" in mail.outbox[0].body
        (event,) = (event for event in events if not event["data"]["milestone"])
        assert event["name"] == "openedx.microcredentials.award.granted"
        assert (event["context"]["user_id"], event["context"]["course_id"]) == (self.ada.pk, self.school.run)

    def test_a_unit_half_done_awards_nothing(self) -> None:
        self.publish({"completion": {"block": "sequential@exam"}})
        self.complete("plain", "quiz")
        assert stories.whole_awards(self.ada.pk) == []
        (progress,) = api.course_progress(self.ada.pk, self.school.run)
        assert progress.fraction == Decimal("0.6666")  # two of three: of the bank, one is given

    def test_what_only_a_group_sees_is_asked_of_that_group_alone(self) -> None:
        self.publish({"completion": {"block": "vertical@reading"}})
        self.school.put_into_group(self.ada.pk, 1)
        self.complete("plain")
        assert stories.whole_awards(self.ada.pk) == []
        self.complete("grouped")
        assert stories.whole_awards(self.ada.pk) == [("basics", AwardState.GRANTED)]

    def test_one_problem_of_a_bank_is_enough(self) -> None:
        self.publish({"completion": {"block": "vertical@bank_unit"}})
        self.complete("bank2")
        assert stories.whole_awards(self.ada.pk) == [("basics", AwardState.GRANTED)]

    def test_a_completion_that_concerns_nobody_costs_no_query_and_marks_nobody(self) -> None:
        self.publish({"completion": {"block": "vertical@practice"}})
        self.complete("plain")
        assert stories.waiting(self.ada.pk) == set()

    def test_who_finished_before_the_publish_is_awarded_by_it(self) -> None:
        self.complete("plain")
        self.publish({"completion": {"block": "vertical@reading"}})
        assert stories.whole_awards(self.ada.pk) == [("basics", AwardState.GRANTED)]

    def test_who_is_not_enrolled_earns_nothing_until_they_are(self) -> None:
        bob = UserFactory.create(username="bob")
        self.publish({"completion": {"block": "vertical@reading"}})
        self.complete("plain", user=bob)
        assert stories.whole_awards(bob.pk) == []
        with stories.committed(self):
            CourseEnrollment.enroll(bob, self.school.course.id)
        assert stories.whole_awards(bob.pk) == [("basics", AwardState.GRANTED)]

    def test_a_course_grade_that_is_stored_is_heard(self) -> None:
        self.publish({"course_grade": {"course": "home", "minimum": "0.5"}})
        with stories.committed(self):
            self.school.grade(self.ada.pk, Decimal("0.75"))
        assert stories.waiting(self.ada.pk) == set()
        CourseGradeFactory().update(self.ada, self.school.course)
        assert stories.waiting(self.ada.pk) == {self.school.run}

    def test_a_certificate_is_heard_and_counts(self) -> None:
        self.publish({"certificate": {"course": "home"}})
        with stories.committed(self):
            self.school.grade(self.ada.pk, Decimal(1))
        assert stories.whole_awards(self.ada.pk) == [("basics", AwardState.GRANTED)]

    def test_a_coachs_course_earns_what_its_master_offers(self) -> None:
        self.publish({"completion": {"block": "vertical@reading"}})
        ccx = CcxFactory(course_id=self.school.course.id, coach=UserFactory.create())
        key = CCXLocator.from_course_locator(self.school.course.id, str(ccx.id))
        bob = UserFactory.create(username="bob")
        with stories.committed(self):
            CourseEnrollment.enroll(bob, key)
            block = UsageKey.from_string(self.school.key("plain")).map_into_course(CourseKey.from_string(str(key)))
            BlockCompletion.objects.submit_completion(bob, key.make_usage_key(block.block_type, block.block_id), 1.0)
        assert stories.whole_awards(bob.pk) == [("basics", AwardState.GRANTED)]
        (award,) = [one for one in api.awards_of(bob.pk) if not one.milestone_key]
        assert award.run == str(key)
