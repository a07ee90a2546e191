"""The answers of the sandbox to the plugin's questions."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from pytest_django import DjangoAssertNumQueries

from microcred_plugin.compat.port import CompletionMode, CourseBlock
from microcred_plugin.sandbox import importing, learning, signals
from microcred_plugin.sandbox.models import SandboxCourse
from microcred_plugin.sandbox.platform import SandboxPlatform
from microcred_plugin.structure.flatten import flatten
from microcred_plugin.structure.leaves import leaf_keys
from tests.sandbox import exports

ASK = SandboxPlatform()
NOWHERE = "course-v1:No+Such+Course"


def key(kind: str, name: str) -> str:
    return importing.usage_key(exports.KEY, kind, name)


def blocks(root: CourseBlock) -> dict[str, CourseBlock]:
    return {root.key.rpartition("@")[2]: root} | {
        name: block for child in root.children for name, block in blocks(child).items()
    }


@pytest.fixture
def learners(tiny: str) -> list[User]:
    users = [User.objects.create_user(f"learner{number}") for number in range(5)]
    for user in users:
        learning.enrol(user, tiny)
    return users


def test_a_course_describes_itself(tiny: str) -> None:
    course = ASK.course(tiny)

    assert course is not None
    assert (course.key, course.title, course.org, course.language) == (tiny, "Tiny", "Org", "en")
    assert course.url == f"/courses/{tiny}/"


def test_what_is_not_there_is_left_out_and_raises_nothing(tiny: str) -> None:
    assert ASK.course(NOWHERE) is None
    assert ASK.course(tiny.lower()) is None
    assert ASK.published_outline(NOWHERE) is None
    assert ASK.learners(NOWHERE) == []
    assert ASK.enrolments([1, 2], [NOWHERE]) == {}
    assert ASK.subsection_grades([1], ["block-v1:No+Such+Course+type@sequential+block@s"]) == {}
    assert ASK.course_grades([1], [NOWHERE]) == {}
    assert ASK.certificates([1], [NOWHERE]) == {}
    assert ASK.visible_blocks([1], NOWHERE, ["x"]) == {1: frozenset()}
    assert not ASK.is_course_staff(12345, tiny)
    assert not ASK.can_author(12345, tiny)


def test_the_outline_has_the_platforms_completion_modes_and_fields(tiny: str) -> None:
    root = ASK.published_outline(tiny)

    assert root is not None
    assert root.key == key("course", "course")
    found = blocks(root)
    assert found["u1"].completion_mode == CompletionMode.AGGREGATOR
    assert found["d1"].completion_mode == CompletionMode.EXCLUDED
    assert (found["p1"].completion_mode, found["p1"].has_score) == (CompletionMode.COMPLETABLE, True)
    assert found["s1"].graded
    assert str(found["s1"].due) == "2030-05-01 10:00:00+00:00"


def test_our_own_block_is_never_something_to_complete(transactional_db: None, tmp_path: Path) -> None:
    vertical = '<vertical display_name="Do"><microcredential url_name="m1"/><html url_name="x">x</html></vertical>'
    run = importing.import_course(exports.folder(tmp_path, {"vertical/u2.xml": vertical})).key
    root = ASK.published_outline(run)

    assert root is not None
    leaves = flatten(root).items[root.key].leaves
    assert leaves is not None
    assert key("microcredential", "m1") not in set(leaf_keys(leaves))


def test_content_groups_and_banks_reach_the_plugin(transactional_db: None, tmp_path: Path) -> None:
    vertical = (
        '<vertical display_name="Do" group_access=\'{"9": [1]}\'><library_content url_name="b1" max_count="2">'
        '<problem url_name="x"/><problem url_name="y"/><problem url_name="z"/></library_content>'
        '<html url_name="s" visible_to_staff_only="true">x</html></vertical>'
    )
    run = importing.import_course(exports.folder(tmp_path, {"vertical/u2.xml": vertical})).key
    root = ASK.published_outline(run)

    assert root is not None
    found = blocks(root)
    assert (found["u2"].restricted, found["b1"].max_count, found["s"].staff_only) == (True, 2, True)
    assert flatten(root).items[key("vertical", "u2")].size == 2


def test_learners_come_in_pages_in_the_order_of_their_ids(tiny: str, learners: list[User]) -> None:
    ids = [user.pk for user in learners]
    learning.unenrol(learners[2], tiny)

    assert ASK.learners(tiny, limit=2) == ids[:2]
    assert ASK.learners(tiny, after=ids[1], limit=9) == ids[3:]
    assert ASK.count_learners(tiny) == 4


def test_enrolments_give_the_mode_of_those_who_are_active(tiny: str, learners: list[User]) -> None:
    learning.enrol(learners[0], tiny, "verified")
    learning.unenrol(learners[1], tiny)
    ids = [user.pk for user in learners[:3]]

    assert ASK.enrolments(ids, [tiny, NOWHERE]) == {(ids[0], tiny): "verified", (ids[2], tiny): "audit"}


def test_a_learner_sees_the_content_of_their_groups_and_mode(transactional_db: None, tmp_path: Path) -> None:
    vertical = (
        '<vertical display_name="Do"><html url_name="a" group_access=\'{"9": [1, 2]}\'>a</html>'
        '<html url_name="b" group_access=\'{"50": [2]}\'>b</html></vertical>'
    )
    run = importing.import_course(exports.folder(tmp_path, {"vertical/u2.xml": vertical})).key
    ada, bob = User.objects.create_user("ada"), User.objects.create_user("bob")
    learning.enrol(ada, run, "verified")
    learning.enrol(bob, run, "audit", {"9": 2})
    a, b = key("html", "a"), key("html", "b")

    assert ASK.visible_blocks([ada.pk, bob.pk], run, [a, b]) == {ada.pk: {b}, bob.pk: {a}}


def test_a_score_gives_grades_a_certificate_and_completion(tiny: str, learner: User) -> None:
    learning.score(learner, tiny, key("problem", "p1"), Decimal(1), Decimal(1))
    ids, section = [learner.pk], key("sequential", "s1")

    assert ASK.subsection_grades(ids, [section])[learner.pk, section].fraction == 1
    assert ASK.course_grades(ids, [tiny])[learner.pk, tiny].passed
    assert list(ASK.certificates(ids, [tiny])) == [(learner.pk, tiny)]
    assert learning.completed(learner.pk, tiny) == {key("problem", "p1")}


def test_a_wrong_answer_completes_but_neither_passes_nor_certifies(tiny: str, learner: User) -> None:
    learning.score(learner, tiny, key("problem", "p1"), Decimal(0), Decimal(1))

    assert not ASK.course_grades([learner.pk], [tiny])[learner.pk, tiny].passed
    assert ASK.certificates([learner.pk], [tiny]) == {}
    assert learning.completed(learner.pk, tiny) == {key("problem", "p1")}


def test_a_certificate_is_kept_when_the_grade_falls(tiny: str, learner: User) -> None:
    for earned in (1, 0):
        learning.score(learner, tiny, key("problem", "p1"), Decimal(earned), Decimal(1))

    assert (learner.pk, tiny) in ASK.certificates([learner.pk], [tiny])


def test_a_reset_forgets_completions_scores_and_certificates(tiny: str, learner: User) -> None:
    learning.complete(learner, [key("html", "h1")])
    learning.score(learner, tiny, key("problem", "p1"), Decimal(1), Decimal(1))

    assert learning.reset(learner, tiny) == 2
    assert not learning.completed(learner.pk, tiny)
    assert ASK.course_grades([learner.pk], [tiny]) == ASK.certificates([learner.pk], [tiny]) == {}


def ask_enrolments(users: list[int]) -> Any:
    return ASK.enrolments(users, [exports.KEY])


def ask_subsections(users: list[int]) -> Any:
    return ASK.subsection_grades(users, [key("sequential", "s1")])


def ask_courses(users: list[int]) -> Any:
    return ASK.course_grades(users, [exports.KEY])


def ask_visible(users: list[int]) -> Any:
    return ASK.visible_blocks(users, exports.KEY, [key("html", "h1")])


def ask_certificates(users: list[int]) -> Any:
    return ASK.certificates(users, [exports.KEY])


@pytest.mark.parametrize("ask", [ask_enrolments, ask_subsections, ask_courses, ask_visible, ask_certificates])
def test_many_learners_cost_as_many_queries_as_one(
    ask: Callable[[list[int]], Any],
    tiny: str,
    learners: list[User],
    django_assert_max_num_queries: DjangoAssertNumQueries,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for user in learners:
        learning.score(user, tiny, key("problem", "p1"), Decimal(1), Decimal(1))
    ids = [user.pk for user in learners]

    with django_assert_max_num_queries(2) as asked:
        one = ask(ids[:1])
    with django_assert_num_queries(len(asked)):
        many = ask(ids)

    assert len(many) == 5 * len(one)


@pytest.mark.parametrize(
    ("role", "staff", "author"),
    [
        ({"is_superuser": True}, True, True),
        ({"is_staff": True}, True, False),
        ({"group": "author"}, True, True),
        ({"group": f"course_staff:{exports.KEY}"}, True, True),
        ({"group": f"course_staff:{NOWHERE}"}, False, False),
        ({"is_superuser": True, "is_active": False}, False, False),
        ({}, False, False),
    ],
)
def test_roles_are_those_of_the_user_or_of_groups(tiny: str, role: dict[str, Any], staff: bool, author: bool) -> None:
    group = role.pop("group", None)
    user = User.objects.create_user("somebody", **role)
    if group:
        Group.objects.get_or_create(name=group)[0].user_set.add(user)

    assert (ASK.is_course_staff(user.pk, tiny), ASK.can_author(user.pk, tiny)) == (staff, author)


def test_completion_is_tracked_once_a_course_is_there(tiny: str) -> None:
    assert ASK.completion_is_tracked()


@pytest.mark.django_db
def test_completion_is_not_tracked_on_an_empty_site() -> None:
    assert not ASK.completion_is_tracked()


def test_importing_again_is_a_publish_that_keeps_what_learners_did(
    tiny: str, learner: User, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    learning.complete(learner, [key("html", "h1")])
    heard: list[str] = []

    def hear(course_key: str, **kwargs: Any) -> None:
        heard.append(course_key)

    signals.course_published.connect(hear)
    imported = importing.import_course(exports.folder(tmp_path / "again", {"video/v1.xml": None}))
    signals.course_published.disconnect(hear)

    assert heard == [tiny]
    assert imported.warnings == ("video/v1.xml is missing; the block is kept without its content.",)
    assert SandboxCourse.objects.get(key=tiny).version == 2
    assert learning.completed(learner.pk, tiny) == {key("html", "h1")}


def test_the_real_demo_course_is_read_whole(transactional_db: None, real_export: Path) -> None:
    imported = importing.import_course(real_export)
    root = ASK.published_outline(imported.key)

    assert imported.key == "course-v1:OpenedX+DemoX+DemoCourse"
    assert (imported.sections, imported.subsections, imported.units) == (6, 17, 58)
    # The course itself, 6 + 17 + 58 containers, and 319 blocks in the units, six of them in a bank.
    assert imported.blocks == 401
    assert imported.warnings == ()
    assert root is not None
    outline = flatten(root)
    bank = next(item for item in outline.items.values() if item.type == "library_content")
    assert bank.size == 2
    assert sum(item.per_learner for item in outline.items.values() if item.type == "html") == 2
