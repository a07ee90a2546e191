"""The sandbox answers the contract that a real platform answers (tests/platform)."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from microcred_plugin.sandbox import learning, signals, switches
from microcred_plugin.sandbox.models import SandboxBlock, SandboxCourse
from microcred_plugin.sandbox.platform import SandboxPlatform
from tests.platform.contract import DUE, PARTITION, Contract

_BLOCKS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("course", "course", "", {}),
    ("chapter", "section", "course", {}),
    ("sequential", "exam", "section", {"graded": True, "due": DUE.isoformat()}),
    ("vertical", "reading", "exam", {}),
    ("html", "plain", "reading", {}),
    ("html", "grouped", "reading", {"group_access": {str(PARTITION): [1]}}),
    ("html", "verified", "reading", {"group_access": {"50": [2]}}),
    ("html", "staff", "reading", {"staff_only": True}),
    ("discussion", "talk", "reading", {}),
    ("vertical", "practice", "exam", {}),
    ("problem", "quiz", "practice", {"max_score": "4"}),
    ("vertical", "bank_unit", "exam", {}),
    ("library_content", "bank", "bank_unit", {"max_count": 1}),
    ("problem", "bank1", "bank", {}),
    ("problem", "bank2", "bank", {}),
]


class SandboxSchool:
    """Answers ``contract.School``."""

    def __init__(self) -> None:
        switches.track_completion()
        self.platform = SandboxPlatform()
        self.run = "course-v1:Org+Tiny+Run"
        self.course = SandboxCourse.objects.create(key=self.run, title="Tiny", org="Org")
        self.blocks = list(_BLOCKS)
        self._write()

    def _write(self) -> None:
        self.course.version += 1
        self.course.save()
        self.course.blocks.all().delete()
        kinds = {name: kind for kind, name, _, _ in self.blocks}
        SandboxBlock.objects.bulk_create(
            SandboxBlock(
                course=self.course,
                key=self._key(kind, name),
                type=kind,
                title=name.capitalize(),
                parent_key=self._key(kinds[parent], parent) if parent else "",
                position=position,
                fields=fields,
            )
            for position, (kind, name, parent, fields) in enumerate(self.blocks)
        )

    def _key(self, kind: str, name: str) -> str:
        return f"block-v1:Org+Tiny+Run+type@{kind}+block@{name}"

    def key(self, name: str) -> str:
        return next(self._key(kind, found) for kind, found, _, _ in self.blocks if found == name)

    def learner(self, name: str) -> int:
        return User.objects.create_user(name, f"{name}@example.org").pk

    def _user(self, user_id: int) -> User:
        return User.objects.get(pk=user_id)

    def enrol(self, user_id: int, mode: str = "audit") -> None:
        learning.enrol(self._user(user_id), self.run, mode)

    def unenrol(self, user_id: int) -> None:
        learning.unenrol(self._user(user_id), self.run)

    def put_into_group(self, user_id: int, group: int) -> None:
        learning.enrol(self._user(user_id), self.run, "audit", {str(PARTITION): group})

    def grade(self, user_id: int, fraction: Decimal) -> None:
        learning.score(self._user(user_id), self.run, self.key("quiz"), fraction * 4, Decimal(4))

    def make_staff(self, user_id: int) -> None:
        self._user(user_id).groups.add(Group.objects.get_or_create(name=f"course_staff:{self.run}")[0])

    def make_author(self, user_id: int) -> None:
        self._user(user_id).groups.add(Group.objects.get_or_create(name="author")[0])

    def deactivate(self, user_id: int) -> None:
        User.objects.filter(pk=user_id).update(is_active=False)

    def retire(self, user_id: int) -> None:
        learning.retire(self._user(user_id))

    def publish_again(self) -> None:
        self.blocks += [("vertical", "more", "exam", {}), ("html", "further", "more", {})]
        self._write()
        signals.course_published.send(sender=SandboxCourse, course_key=self.run)


@pytest.mark.django_db(transaction=True)
class TestSandboxContract(Contract):
    """Every question of the contract."""

    @pytest.fixture(autouse=True)
    def _school(self, transactional_db: None) -> None:
        self.school = SandboxSchool()
