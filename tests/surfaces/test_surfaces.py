"""Where the platform's own pages lead to ours, and that ours never break theirs."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.utils.module_loading import import_string

from microcred_plugin import api
from microcred_plugin.surfaces.course_tool import MicrocredentialsTool
from microcred_plugin.surfaces.instructor import AddInstructorSection, AddInstructorTab
from tests.world import World

plugin_settings = import_string("microcred_plugin.settings.common.plugin_settings")
TABS = "org.openedx.learning.instructor.dashboard.tabs.requested.v1"


def _request(user: Any) -> Any:
    return SimpleNamespace(user=user)


def test_the_tool_has_a_title_without_a_course() -> None:
    assert str(MicrocredentialsTool.title()) == MicrocredentialsTool.title("any") == "Microcredentials"


def test_the_tool_is_shown_to_the_logged_in_where_something_is_offered(
    world: World, learner: User, publish: Any
) -> None:
    assert not MicrocredentialsTool.is_enabled(_request(learner), world.run)
    publish()
    assert MicrocredentialsTool.is_enabled(_request(learner), world.run)
    assert not MicrocredentialsTool.is_enabled(_request(AnonymousUser()), world.run)
    assert MicrocredentialsTool.url(world.run) == f"/microcredentials/courses/{world.run}/"


def test_asking_again_costs_no_query(world: World, learner: User, publish: Any, django_assert_num_queries: Any) -> None:
    publish()
    MicrocredentialsTool.is_enabled(_request(learner), world.run)
    with django_assert_num_queries(0):
        assert MicrocredentialsTool.is_enabled(_request(learner), world.run)


def test_a_failure_of_ours_hides_the_link_and_breaks_nothing(
    world: World, learner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(run: str) -> bool:
        raise RuntimeError("the database is down")

    monkeypatch.setattr(api, "is_offered_in", fail)
    assert not MicrocredentialsTool.is_enabled(_request(learner), world.run)
    assert AddInstructorTab(TABS, []).run_filter([], learner, world.run)["tabs"] == []


def test_the_newer_instructor_dashboard_gets_a_link_behind_its_tabs(
    world: World, learner: User, publish: Any, settings: Any
) -> None:
    settings.LMS_ROOT_URL = "https://lms.example.com"
    tabs = [{"tab_id": "course_info", "title": "Course", "url": "x", "sort_order": 20}]
    step = AddInstructorTab(TABS, [])
    assert step.run_filter(tabs, learner, world.run)["tabs"] == tabs
    publish()
    *others, ours = step.run_filter(tabs, learner, world.run)["tabs"]
    assert others == tabs
    assert ours["url"] == f"https://lms.example.com/microcredentials/courses/{world.run}/"
    assert ours["sort_order"] > 20


def test_the_legacy_instructor_dashboard_gets_a_section(world: World, publish: Any) -> None:
    publish()
    context = {"course": SimpleNamespace(id=world.run), "sections": [{"section_key": "course_info"}]}
    found = AddInstructorSection(TABS, []).run_filter(context, "template.html")
    assert [one["section_key"] for one in found["context"]["sections"]] == ["course_info", "microcredentials"]
    assert found["context"]["sections"][1]["url"] == f"/microcredentials/courses/{world.run}/"


def test_what_operators_and_other_plugins_configured_stays() -> None:
    theirs = {"fail_silently": False, "pipeline": ["other.plugin.Step"]}
    settings = SimpleNamespace(OPEN_EDX_FILTERS_CONFIG={TABS: theirs, "other": {}}, MAKO_TEMPLATE_DIRS_BASE=["a"])
    for _ in range(2):
        plugin_settings(settings)
    assert settings.OPEN_EDX_FILTERS_CONFIG["other"] == {}
    assert settings.OPEN_EDX_FILTERS_CONFIG[TABS] == {
        "fail_silently": False,
        "pipeline": ["other.plugin.Step", "microcred_plugin.surfaces.instructor.AddInstructorTab"],
    }
    first, ours = settings.MAKO_TEMPLATE_DIRS_BASE
    assert first == "a"
    assert (ours / "microcred_plugin/instructor/microcredentials.html").is_file()


def test_settings_without_any_of_it_are_left_usable() -> None:
    settings = SimpleNamespace()
    plugin_settings(settings)
    assert all(import_string(step) for one in settings.OPEN_EDX_FILTERS_CONFIG.values() for step in one["pipeline"])
