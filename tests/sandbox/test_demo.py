"""The demo: one command from nothing to a course in which a badge can be earned, as often as one likes."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core import mail

from microcred_plugin import api
from microcred_plugin.errors import BadInput
from microcred_plugin.sandbox import demo, importing, learning, references
from tests.sandbox import exports

pytestmark = pytest.mark.django_db(transaction=True)

SAMPLE = "course-v1:Sandbox+CARE1+Demo"
ADDRESS = "http://127.0.0.1:8000/"


def earn(run: str, *, points: bool = True) -> User:
    """Do everything in a course as the demo's learner."""
    learner = User.objects.get(username="learner")
    root = references.course(run)
    for node in learning.completable(root):
        if node.max_score is not None and points:
            learning.score(learner, run, node.key, node.max_score, node.max_score)
        else:
            learning.complete(learner, [node.key])
    return learner


def held(user: User) -> set[tuple[str, str]]:
    return {(award.slug, award.milestone_key) for award in api.awards_of(user.pk) if award.held}


def test_the_sample_is_a_whole_course_with_two_microcredentials_and_a_stack() -> None:
    result = demo.set_up(None, ADDRESS)

    assert result["run"] == SAMPLE
    assert result["warnings"] == []
    assert result["microcredentials"] == ["teach-with-care", "first-message", "caring-teacher"]
    assert result["learner"] == f"http://127.0.0.1:8000/courses/{SAMPLE}/"
    offered = {one.slug: len(one.milestones) for one in api.course_progress(None, SAMPLE)}
    assert offered == {"teach-with-care": 3, "first-message": 2}


def test_the_definitions_of_the_sample_have_nothing_to_complain_of() -> None:
    demo.set_up(None, ADDRESS)
    documents = [document for document in demo._sample_documents() if document["slug"] != "caring-teacher"]

    assert len(documents) == 2
    assert [finding for document in documents for finding in api.check(document, SAMPLE)] == []


def test_doing_everything_earns_every_badge_and_the_stack() -> None:
    demo.set_up(None, ADDRESS)
    learner = earn(SAMPLE)

    assert held(learner) == {
        ("teach-with-care", "meet"),
        ("teach-with-care", "plan"),
        ("teach-with-care", "support"),
        ("teach-with-care", ""),
        ("first-message", ""),
        ("caring-teacher", ""),
    }
    assert {message.to[0] for message in mail.outbox} == {"learner@example.org"}
    assert len(mail.outbox) == 3  # of the wholes; milestones have their badges on the page


def test_reading_without_answering_earns_only_what_is_earned_by_reading() -> None:
    demo.set_up(None, ADDRESS)
    learner = earn(SAMPLE, points=False)

    assert held(learner) == {("teach-with-care", "meet"), ("first-message", "")}


def test_setting_up_again_changes_nothing_and_keeps_what_was_earned() -> None:
    first = demo.set_up(None, ADDRESS)
    before = held(earn(SAMPLE))
    again = demo.set_up(None, ADDRESS)

    assert again == first
    assert held(User.objects.get(username="learner")) == before
    assert {one.version for one in api.list_microcredentials()} == {1}


def test_a_foreign_course_gets_a_milestone_with_a_badge_for_each_of_its_first_sections(tmp_path: Path) -> None:
    chapters = "".join(
        f'<chapter url_name="n{n}" display_name="Section {n}"><sequential url_name="q{n}"><vertical url_name="w{n}">'
        f'<html url_name="x{n}">x</html></vertical></sequential></chapter>'
        for n in range(5)
    )
    files = {"course/R1.xml": f'<course display_name="Tiny"><chapter url_name="empty"/>{chapters}</course>'}
    result = demo.set_up(exports.folder(tmp_path, files), ADDRESS)
    (offered,) = api.course_progress(None, exports.KEY)

    assert [milestone.title for milestone in offered.milestones] == ["Section 0", "Section 1", "Section 2"]
    assert all(milestone.badge for milestone in offered.milestones)
    assert len(result["warnings"]) == 1
    assert (result["microcredentials"][0], "") in held(earn(exports.KEY))


def test_a_course_with_nothing_to_complete_is_refused(tmp_path: Path) -> None:
    files = {"vertical/u1.xml": "<vertical/>", "vertical/u2.xml": "<vertical/>"}
    run = importing.import_course(exports.folder(tmp_path, files)).key

    with pytest.raises(BadInput, match="nothing to complete"):
        demo.generated(references.course(run))


def test_the_real_demo_course_can_be_set_up_and_its_first_badge_earned(real_export: Path) -> None:
    result = demo.set_up(real_export, ADDRESS)
    run = result["run"]
    learner = User.objects.get(username="learner")
    first = references.course(run).children[0]
    learning.complete(learner, [node.key for node in learning.completable(first)])

    assert held(learner) == {(result["microcredentials"][0], "section-1")}
