"""The questions of ``compat.port``, asked of whoever answers them: the sandbox and a real platform must agree.

A ``School`` has one course and can do what people do; each answerer brings its own. The course:

    section › exam (subsection, graded, due) › reading: html ``plain``, html ``grouped`` (group 1 of partition 9),
                                                        html ``verified`` (verified track), html ``staff``, discussion
                                             › practice: problem ``quiz``
                                             › bank: library content, 1 of 2 problems
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.template.exceptions import TemplateDoesNotExist
from eventtracking import tracker

from microcred_plugin.compat.port import CompletionMode, CourseBlock, Letter, Platform
from microcred_plugin.errors import NotSent
from microcred_plugin.structure.flatten import flatten
from microcred_plugin.structure.leaves import leaf_keys

DUE = datetime(2030, 5, 1, 10, tzinfo=UTC)
PARTITION = 9
NOWHERE = "course-v1:No+Such+Course"


@contextmanager
def tracked() -> Iterator[list[dict[str, Any]]]:
    """Collect what the tracker gives its backends of ours: name, data, context."""
    events: list[dict[str, Any]] = []

    class Collecting:
        def send(self, event: dict[str, Any]) -> None:
            if event["name"].startswith("openedx.microcredentials."):
                events.append(event)

    backends = tracker.get_tracker().backends
    backends["collecting"] = Collecting()
    try:
        yield events
    finally:
        del backends["collecting"]


class _Bad:
    """What a template cannot show."""

    def __str__(self) -> str:
        raise ConnectionError


class School(Protocol):
    """A platform with one course."""

    platform: Platform
    run: str

    def key(self, name: str) -> str:
        """Return the usage key of a block of the course."""

    def learner(self, name: str) -> int:
        """Register somebody."""

    def enrol(self, user_id: int, mode: str = "audit") -> None:
        """Enrol them, or change the mode."""

    def unenrol(self, user_id: int) -> None:
        """End the enrolment."""

    def put_into_group(self, user_id: int, group: int) -> None:
        """Put an enrolled learner into a content group."""

    def grade(self, user_id: int, fraction: Decimal) -> None:
        """Grade the exam, and with it the course, which is passed from one half on and certified then."""

    def make_staff(self, user_id: int) -> None:
        """Make somebody staff of the course in the LMS."""

    def make_author(self, user_id: int) -> None:
        """Let somebody write the course in Studio."""

    def deactivate(self, user_id: int) -> None:
        """Make the account inactive, as one that was never confirmed."""

    def retire(self, user_id: int) -> None:
        """Begin to retire the account, as when the person asks for it."""

    def publish_again(self) -> None:
        """Add a unit and publish."""


def by_name(root: CourseBlock) -> dict[str, CourseBlock]:
    """Give every block by the name at the end of its key."""
    found = {root.key.rpartition("@")[2]: root}
    for child in root.children:
        found |= by_name(child)
    return found


class Contract:
    """The questions; ``school`` is a new one for every test."""

    school: School

    def outline(self) -> CourseBlock:
        root = self.school.platform.published_outline(self.school.run)
        assert root is not None
        return root

    def two_learners(self) -> tuple[int, int]:
        ada, bob = self.school.learner("ada"), self.school.learner("bob")
        for user_id in (ada, bob):
            self.school.enrol(user_id)
        return ada, bob

    def test_a_course_describes_itself(self) -> None:
        course = self.school.platform.course(self.school.run)
        assert course is not None
        assert (course.key, course.title, course.org) == (self.school.run, "Tiny", "Org")
        assert self.school.run in course.url

    def test_what_is_not_there_is_left_out_and_raises_nothing(self) -> None:
        ask = self.school.platform
        for key in (NOWHERE, "not a key", "library-v1:Org+Lib", "lib:Org:Lib", ""):
            assert ask.course(key) is None
            assert ask.published_outline(key) is None
            assert list(ask.learners(key)) == []
            assert ask.count_learners(key) == 0
            assert ask.enrolments([1, 2], [key]) == {}
            assert ask.course_grades([1], [key]) == {}
            assert ask.certificates([1], [key]) == {}
            assert ask.visible_blocks([1], key, ["x"]) == {1: frozenset()}
            assert ask.published_versions([key]) == {}
            assert not ask.can_author(12345, key)
            assert not ask.is_course_staff(12345, key)
        assert ask.subsection_grades([1], ["block-v1:No+Such+Course+type@sequential+block@s", "nothing"]) == {}

    def test_the_outline_is_what_is_published_with_every_field_we_ask_for(self) -> None:
        blocks = by_name(self.outline())
        assert blocks["exam"].key == self.school.key("exam")
        assert (blocks["exam"].graded, blocks["exam"].due) == (True, DUE)
        assert blocks["reading"].completion_mode == CompletionMode.AGGREGATOR
        assert blocks["talk"].completion_mode == CompletionMode.EXCLUDED
        assert (blocks["quiz"].completion_mode, blocks["quiz"].has_score) == (CompletionMode.COMPLETABLE, True)
        assert (blocks["staff"].staff_only, blocks["plain"].staff_only) == (True, False)
        assert (blocks["grouped"].restricted, blocks["plain"].restricted) == (True, False)
        assert blocks["bank"].max_count == 1
        assert blocks["plain"].title == "Plain"
        assert not any(block.optional for block in blocks.values())

    def test_the_outline_counts_the_same_leaves_everywhere(self) -> None:
        items = flatten(self.outline(), self.school.run).items
        reading = items[self.school.key("reading")]
        assert reading.leaves is not None
        assert set(leaf_keys(reading.leaves)) == {self.school.key(name) for name in ("plain", "grouped", "verified")}
        assert reading.per_learner
        assert items[self.school.key("bank_unit")].size == 1
        assert items[self.school.key("exam")].size == 5

    def test_a_publish_gives_the_run_another_version_and_outline(self) -> None:
        ask = self.school.platform
        before = ask.published_versions([self.school.run, NOWHERE])
        assert list(before) == [self.school.run]
        assert ask.published_versions([self.school.run]) == before
        self.school.publish_again()
        assert ask.published_versions([self.school.run]) != before
        assert "more" in by_name(self.outline())

    def test_learners_come_in_pages_by_id_and_only_the_enrolled(self) -> None:
        ask, run = self.school.platform, self.school.run
        ids = sorted(self.school.learner(name) for name in ("a1", "a2", "a3", "a4"))
        for user_id in ids:
            self.school.enrol(user_id)
        self.school.unenrol(ids[1])
        assert list(ask.learners(run, limit=2)) == [ids[0], ids[2]]
        assert list(ask.learners(run, after=ids[2], limit=9)) == [ids[3]]
        assert ask.count_learners(run) == 3

    def test_enrolments_give_the_mode_of_those_who_are_active(self) -> None:
        ada, bob = self.two_learners()
        self.school.enrol(ada, "verified")
        self.school.unenrol(bob)
        found = self.school.platform.enrolments([ada, bob, 12345], [self.school.run, NOWHERE])
        assert found == {(ada, self.school.run): "verified"}

    def test_who_sees_a_restricted_block_depends_on_their_group_and_track(self) -> None:
        ada, bob = self.two_learners()
        eve = self.school.learner("eve")
        self.school.enrol(ada, "verified")
        self.school.enrol(eve)
        self.school.put_into_group(bob, 1)
        self.school.put_into_group(eve, 2)
        grouped, verified = self.school.key("grouped"), self.school.key("verified")
        seen = self.school.platform.visible_blocks([ada, bob, eve], self.school.run, [grouped, verified, "gone"])
        assert seen == {ada: {verified}, bob: {grouped}, eve: frozenset()}

    def test_there_is_no_grade_before_an_attempt(self) -> None:
        ada, _ = self.two_learners()
        ask, run = self.school.platform, self.school.run
        assert ask.subsection_grades([ada], [self.school.key("exam")]) == {}
        assert not any(grade.passed for grade in ask.course_grades([ada], [run]).values())
        assert ask.certificates([ada], [run]) == {}

    def test_grades_passing_and_certificates_are_those_of_each_learner(self) -> None:
        ada, bob = self.two_learners()
        self.school.grade(ada, Decimal("0.75"))
        self.school.grade(bob, Decimal("0.25"))
        ask, run, exam = self.school.platform, self.school.run, self.school.key("exam")
        grades = ask.subsection_grades([ada, bob], [exam])
        assert {user_id: grade.fraction for (user_id, _), grade in grades.items()} == {
            ada: Decimal("0.75"),
            bob: Decimal("0.25"),
        }
        assert all(grade.at is not None and grade.at.tzinfo is not None for grade in grades.values())
        courses = ask.course_grades([ada, bob], [run])
        assert (courses[ada, run].passed, courses[bob, run].passed) == (True, False)
        assert isinstance(courses[ada, run].fraction, Decimal)
        assert [key for key, _ in ask.certificates([ada, bob], [run]).items()] == [(ada, run)]

    def test_a_grade_that_falls_no_longer_passes(self) -> None:
        ada, _ = self.two_learners()
        for fraction in (Decimal(1), Decimal(0)):
            self.school.grade(ada, fraction)
        grade = self.school.platform.course_grades([ada], [self.school.run])[ada, self.school.run]
        assert (grade.fraction, grade.passed) == (0, False)

    def test_roles_are_told_apart(self) -> None:
        ask, run = self.school.platform, self.school.run
        nobody, staff, author = (self.school.learner(name) for name in ("nobody", "staff", "author"))
        self.school.make_staff(staff)
        self.school.make_author(author)
        assert not ask.is_course_staff(nobody, run)
        assert not ask.can_author(nobody, run)
        assert ask.is_course_staff(staff, run)
        assert ask.can_author(author, run)
        assert ask.is_course_staff(author, run)

    def test_addresses_lead_to_the_blocks_and_the_course(self) -> None:
        ask, unit = self.school.platform, self.school.key("reading")
        (address,) = ask.block_urls(self.school.run, [unit]).values()
        assert unit in address
        assert self.school.run in ask.studio_course_url(self.school.run)

    def letter(self, **changes: Any) -> Letter:
        context = {
            "title": "Teach & care", "title_language": "es", "issuer": "Org", "is_milestone": False,
            "microcredential": "Teach & care", "again": False, "reason": "staff",
        }  # fmt: skip
        path = f"/microcredentials/courses/{self.school.run}/"
        return Letter(
            **{"name": "awardgranted", "course_key": self.school.run, "path": path, "context": context} | changes
        )

    def test_a_learner_is_mailed_from_the_templates_in_text_and_html(self) -> None:
        ada, _ = self.two_learners()
        mail.outbox = []
        ask = self.school.platform
        assert ask.mail(ada, self.letter()) is True
        (message,) = mail.outbox
        assert message.to == [get_user_model().objects.get(pk=ada).email]
        assert message.subject == "You have earned “Teach & care”"
        (html, kind), *_ = message.alternatives
        assert kind == "text/html"
        for text in (message.body, html):
            assert f"{ask.lms_url()}/microcredentials/courses/{self.school.run}/" in text
        assert "“Teach & care” of Org" in message.body
        assert '<bdi lang="es">Teach &amp; care</bdi>' in html
        assert 'dir="ltr"' in html
        assert "<title" in html

    def test_every_letter_can_be_written_also_of_no_course(self) -> None:
        ada, _ = self.two_learners()
        mail.outbox = []
        for name in ("awardgranted", "awardrevoked"):
            assert self.school.platform.mail(ada, self.letter(name=name, course_key="", path="/")) is True
        assert [message.subject for message in mail.outbox] == [
            "You have earned “Teach & care”",
            "“Teach & care” is no longer valid",
        ]

    def test_who_is_gone_is_not_mailed_and_nothing_is_raised(self) -> None:
        ada, bob = self.two_learners()
        eve = self.school.learner("eve")
        get_user_model().objects.filter(pk=eve).update(email="")
        self.school.deactivate(ada)
        self.school.retire(bob)
        mail.outbox = []
        assert [self.school.platform.mail(user_id, self.letter()) for user_id in (ada, bob, eve, 987654)] == [False] * 4
        assert mail.outbox == []

    def test_a_mail_that_could_not_be_sent_is_raised(self) -> None:
        ada, _ = self.two_learners()
        for broken in (
            self.letter(name="nosuchletter"),
            self.letter(context={**self.letter().context, "title": _Bad()}),
        ):
            with pytest.raises((ConnectionError, NotSent, TemplateDoesNotExist)):
                self.school.platform.mail(ada, broken)

    def test_a_tracking_event_has_the_learner_and_the_course_in_its_context_and_its_data_as_they_are(self) -> None:
        ada, _ = self.two_learners()
        with tracked() as events:
            for course in (self.school.run, ""):
                self.school.platform.track(ada, course, "openedx.microcredentials.award.granted", {"slug": "basics"})
        assert {event["name"] for event in events} == {"openedx.microcredentials.award.granted"}
        assert [event["data"] for event in events] == [{"slug": "basics"}] * 2
        found = [tuple(event["context"][name] for name in ("user_id", "course_id", "org_id")) for event in events]
        assert found == [(ada, self.school.run, "Org"), (ada, "", "")]

    def test_completion_is_tracked_when_the_switch_is_on(self) -> None:
        assert self.school.platform.completion_is_tracked()

    def test_our_block_is_allowed_when_somebody_allows_it_and_what_was_allowed_stays(self) -> None:
        ask, author = self.school.platform, self.school.learner("ada")
        assert not ask.block_is_allowed(NOWHERE)
        assert not ask.block_is_allowed(self.school.run)
        for _ in range(2):
            ask.allow_block(self.school.run, author)
            assert ask.block_is_allowed(self.school.run)
        ask.allow_block(NOWHERE, author)
        assert self.school.key("reading") in ask.studio_unit_url(self.school.key("reading"))
