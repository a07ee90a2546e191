"""What learners do, written as the platform writes it: enrol, complete, score, reset."""

import secrets
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from completion.models import BlockCompletion
from django.contrib.auth.models import AbstractBaseUser, User
from django.db import transaction
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey, UsageKey

from microcred_plugin.compat.port import CompletionMode
from microcred_plugin.sandbox import content, signals
from microcred_plugin.sandbox.content import Node
from microcred_plugin.sandbox.models import Certificate, Enrolment, Score
from microcred_plugin.sandbox.platform import SandboxPlatform


def enrol(
    user: AbstractBaseUser, course_key: str, mode: str = "audit", groups: Mapping[str, int] | None = None
) -> None:
    """Enrol a learner in a mode, or change the mode (and the content groups when given)."""
    changes: dict[str, Any] = {"mode": mode, "active": True}
    if groups is not None:
        changes["groups"] = dict(groups)
    Enrolment.objects.update_or_create(user_id=user.pk, course_key=course_key, defaults=changes)
    signals.enrolment_changed.send(sender=Enrolment, user_id=user.pk, course_key=course_key)


def unenrol(user: AbstractBaseUser, course_key: str) -> None:
    """End an enrolment; what the learner has done stays."""
    Enrolment.objects.filter(user_id=user.pk, course_key=course_key).update(active=False)
    signals.enrolment_changed.send(sender=Enrolment, user_id=user.pk, course_key=course_key)


def is_enrolled(user_id: int | None, course_key: str) -> bool:
    """Say whether somebody is a learner of a course."""
    if user_id is None:
        return False
    return Enrolment.objects.filter(user_id=user_id, course_key=course_key, active=True).exists()


def completable(node: Node) -> list[Node]:
    """Give the blocks at and below a node that learners complete."""
    if node.fields.get("staff_only"):
        return []
    mode = content.completion_mode(node.type)
    if mode == CompletionMode.COMPLETABLE:
        return [node]
    return [] if mode == CompletionMode.EXCLUDED else [leaf for child in node.children for leaf in completable(child)]


def complete(user: AbstractBaseUser, block_keys: Collection[str], completion: float = 1.0) -> int:
    """Store completions one by one, as the platform does; return how many rows are new."""
    created = [
        BlockCompletion.objects.submit_completion(user, UsageKey.from_string(key), completion)[1] for key in block_keys
    ]
    return sum(created)


def completed(user_id: int | None, course_key: str) -> frozenset[str]:
    """Name the blocks that a learner has completed."""
    rows = BlockCompletion.objects.filter(
        user_id=user_id, context_key=CourseKey.from_string(course_key), completion__gte=1.0
    )
    return frozenset(str(key) for key in rows.values_list("block_key", flat=True))


def score(
    user: AbstractBaseUser,
    course_key: str,
    block_key: str,
    earned: Decimal,
    possible: Decimal,
    answers: Mapping[str, Any] | None = None,
) -> None:
    """Store a score, which completes the block whatever the score, and makes a certificate on passing."""
    with transaction.atomic():
        Score.objects.update_or_create(
            user_id=user.pk,
            block_key=block_key,
            defaults={
                "course_key": course_key,
                "earned": earned,
                "possible": possible,
                "modified": timezone.now(),
                "answers": dict(answers or {}),
            },
        )
        signals.grade_changed.send(sender=Score, user_id=user.pk, course_key=course_key, block_key=block_key)
        complete(user, [block_key])
        _certify(user, course_key)


def _certify(user: AbstractBaseUser, course_key: str) -> None:
    grade = SandboxPlatform().course_grades([user.pk], [course_key]).get((user.pk, course_key))
    if grade is not None and grade.passed:
        _, created = Certificate.objects.get_or_create(user_id=user.pk, course_key=course_key)
        if created:
            signals.certificate_changed.send(sender=Certificate, user_id=user.pk, course_key=course_key)


def retire(user: User) -> str:
    """Retire an account as the platform does: who has data erases it, then the name goes; return what is left of it.

    The account stays, without a name, and so do its completions.
    """
    with transaction.atomic():
        signals.user_retired.send(sender=User, user=user)
        user.username = f"retired__user_{secrets.token_hex(16)}"
        user.email = f"{user.username}@retired.invalid"
        user.first_name = user.last_name = ""
        user.set_unusable_password()
        user.save()
    return user.username


def reset(user: AbstractBaseUser, course_key: str) -> int:
    """Forget what a learner did in a course, as the platform's course reset; return how many completions went."""
    with transaction.atomic():
        rows = BlockCompletion.objects.filter(user_id=user.pk, context_key=CourseKey.from_string(course_key))
        removed, _ = rows.delete()
        Score.objects.filter(user_id=user.pk, course_key=course_key).delete()
        Certificate.objects.filter(user_id=user.pk, course_key=course_key).delete()
        signals.grade_changed.send(sender=Score, user_id=user.pk, course_key=course_key, block_key="")
        signals.certificate_changed.send(sender=Certificate, user_id=user.pk, course_key=course_key)
    return int(removed)
