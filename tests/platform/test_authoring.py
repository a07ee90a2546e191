"""A real Studio: what authors do to a course reaches the definitions."""

from typing import Any

import pytest

pytest.importorskip(
    "lms.envs", reason="runs inside an openedx-platform checkout: see docs/how-tos/test-in-your-platform.md"
)

from common.djangoapps.course_action_state.models import CourseRerunState
from common.djangoapps.student.tests.factories import UserFactory
from django.db import connection
from django.utils.timezone import now
from lms.djangoapps.grades.models import (
    PersistentSubsectionGrade,
    PersistentSubsectionGradeOverride,
    VisibleBlocks,
)
from opaque_keys.edx.keys import CourseKey
from openedx.core.djangolib.testing.utils import skip_unless_cms
from xmodule.modulestore import ModuleStoreEnum
from xmodule.modulestore.django import SignalHandler, modulestore
from xmodule.modulestore.tests.django_utils import TEST_DATA_SPLIT_MODULESTORE, ModuleStoreTestCase

from microcred_plugin import compat
from microcred_plugin.definitions.models import Interest, Offering
from microcred_plugin.structure import api as structure

from . import stories
from .contract import by_name
from .school import PlatformSchool


def make_tables(*models: Any) -> None:
    """Make tables of apps that Studio does not install; on a real site they are in the database that it shares."""
    editor = connection.schema_editor()
    editor.deferred_sql = []
    with connection.cursor() as cursor:
        for model in models:
            sql, parameters = editor.table_sql(model)
            cursor.execute(sql, parameters)


@skip_unless_cms
class TestAuthoring(ModuleStoreTestCase):
    """One course with a definition, and its authors."""

    MODULESTORE = TEST_DATA_SPLIT_MODULESTORE
    ENABLED_SIGNALS = ("course_published", "course_deleted")

    def setUp(self) -> None:
        super().setUp()
        stories.forget()
        self.school = PlatformSchool()
        self.author = UserFactory.create()
        with stories.committed(self):
            stories.publish(self.school.run, {"completion": {"block": "vertical@reading"}})

    def block(self, name: str) -> Any:
        return next(item for item in modulestore().get_items(self.school.course.id) if item.location.block_id == name)

    def test_nothing_is_missing_of_what_this_release_announces(self) -> None:
        assert compat.unheard() == ()

    def test_a_draft_is_not_what_learners_have(self) -> None:
        draft = self.block("reading")
        draft.display_name = "Only a draft"
        modulestore().update_item(draft, self.author.id)
        root = self.school.platform.published_outline(self.school.run)
        assert root is not None
        assert by_name(root)["reading"].title == "Reading"
        modulestore().publish(draft.location, self.author.id)
        root = self.school.platform.published_outline(self.school.run)
        assert root is not None
        assert by_name(root)["reading"].title == "Only a draft"

    def test_a_publish_reads_the_outline_again(self) -> None:
        before = structure.current(self.school.run)
        with stories.committed(self):
            self.school.publish_again()
        structure.forget()
        after = structure.current(self.school.run)
        assert before is not None
        assert after is not None
        assert self.school.key("reading") in after.items
        assert after.num > before.num

    def test_a_publish_that_nobody_heard_is_noticed(self) -> None:
        with SignalHandler.course_published.for_state(is_enabled=False):
            self.school.publish_again()
        assert structure.outdated([self.school.run]) == [self.school.run]

    def test_a_worker_of_studio_reads_grades_and_what_an_instructor_set_by_hand(self) -> None:
        make_tables(VisibleBlocks, PersistentSubsectionGrade, PersistentSubsectionGradeOverride)
        exam = self.school.course.id.make_usage_key("sequential", "exam")
        seen = VisibleBlocks.objects.create(hashed="seen", blocks_json="[]", course_id=exam.course_key)
        grades = {"earned_all": 1.0, "possible_all": 4.0, "earned_graded": 1.0, "possible_graded": 4.0}
        for user_id in (1, 2):
            row = PersistentSubsectionGrade.objects.create(
                user_id=user_id,
                course_id=exam.course_key,
                usage_key=exam,
                first_attempted=now(),
                visible_blocks=seen,
                **grades,
            )
        PersistentSubsectionGradeOverride.objects.create(grade=row, earned_graded_override=3.0)
        found = self.school.platform.subsection_grades([1, 2, 3], [str(exam)])
        assert {key: str(grade.fraction) for key, grade in found.items()} == {
            (1, str(exam)): "0.2500",
            (2, str(exam)): "0.7500",
        }

    def test_a_finished_rerun_offers_inactively_and_once(self) -> None:
        new = CourseKey.from_string(f"{self.school.run}_2")
        CourseRerunState.objects.initiated(self.school.course.id, new, self.author, "New run")
        assert not Offering.objects.filter(run=str(new)).exists()
        for _ in range(2):
            CourseRerunState.objects.succeeded(course_key=new)
        (offering,) = Offering.objects.filter(run=str(new))
        assert not offering.active
        assert not Interest.objects.filter(run=str(new)).exists()

    def test_a_deleted_course_offers_nothing_any_more(self) -> None:
        modulestore().delete_course(self.school.course.id, ModuleStoreEnum.UserID.test)
        assert not Offering.objects.get(run=self.school.run).active
        assert not Interest.objects.exists()

    def test_who_may_write_the_course_may_author_and_nobody_else(self) -> None:
        ask, run = self.school.platform, self.school.run
        stranger, author = UserFactory.create(), UserFactory.create()
        self.school.make_author(author.pk)
        assert not ask.can_author(stranger.pk, run)
        assert ask.can_author(author.pk, run)
        author.is_active = False
        author.save()
        assert not ask.can_author(author.pk, run)
