"""A real LMS leads to our pages, and shows them: course tab, course tool, instructor dashboard, theme."""

import pytest

pytest.importorskip(
    "lms.envs", reason="runs inside an openedx-platform checkout: see docs/how-tos/test-in-your-platform.md"
)

from common.djangoapps.student.tests.factories import InstructorFactory
from django.test import RequestFactory
from django.urls import reverse
from openedx.core.djangolib.testing.utils import skip_unless_lms
from openedx.features.course_experience.course_tools import CourseToolsPluginManager
from xmodule.modulestore.tests.django_utils import TEST_DATA_SPLIT_MODULESTORE, ModuleStoreTestCase

from . import stories
from .school import PlatformSchool


@skip_unless_lms
class TestSurfaces(ModuleStoreTestCase):
    """A course in which something is offered."""

    MODULESTORE = TEST_DATA_SPLIT_MODULESTORE

    def setUp(self) -> None:
        super().setUp()
        stories.forget()
        self.school = PlatformSchool()
        self.page = f"/microcredentials/courses/{self.school.run}/"
        with stories.committed(self):
            stories.publish(self.school.run, {"completion": {"block": "vertical@reading"}})
        self.teacher = InstructorFactory.create(course_key=self.school.course.id, password=self.TEST_PASSWORD)
        self.client.login(username=self.teacher.username, password=self.TEST_PASSWORD)
        self.school.enrol(self.teacher.pk)

    def test_the_page_is_shown_in_the_site_s_own_template(self) -> None:
        html = self.client.get(self.page).content.decode()
        assert 'class="microcred-page"' in html
        assert "global-header" in html

    def test_the_course_has_our_tab(self) -> None:
        answer = self.client.get(reverse("course-home:course-metadata", args=[self.school.run])).json()
        tabs = {tab["tab_id"]: tab["url"] for tab in answer["tabs"]}
        assert tabs["microcredentials"].endswith(self.page)

    def test_the_course_home_has_our_tool(self) -> None:
        request = RequestFactory().get("/")
        request.user = self.teacher
        tools = CourseToolsPluginManager.get_enabled_course_tools(request, self.school.course.id)
        assert ("Microcredentials", self.page) in [(one.title(), one.url(self.school.course.id)) for one in tools]

    def test_the_legacy_instructor_dashboard_has_our_section_and_what_its_script_asks_of_one(self) -> None:
        html = self.client.get(reverse("instructor_dashboard", args=[self.school.run])).content.decode()
        section = html.partition('<section id="microcredentials"')[2].partition("</section>")[0]
        assert f'href="{self.page}"' in section
        assert '.data("wrapper", {onClickTitle' in section
