"""Faults for tests: a process that dies at the n-th statement, a platform that fails, a table that is not there."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from django.db import OperationalError, connection

from microcred_plugin.compat.port import Course, CourseBlock, Grade, Letter
from microcred_plugin.sandbox.platform import SandboxPlatform


class Killed(SystemExit):
    """The process was ended: not an ``Exception``, so that nothing may catch it and go on."""


@contextmanager
def killed_at(statement: int) -> Iterator[None]:
    """End the process just before its n-th statement (the first is 1); what is not committed is gone."""
    sent = 0

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal sent
        sent += 1
        # A rollback is what the database does by itself when the connection is lost.
        if sent >= statement and not sql.startswith(("ROLLBACK", "RELEASE")):
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


def kill_at_every_statement(prepare: Callable[[int], Callable[[], Any]], *, at_most: int = 400) -> Iterator[int]:
    """Run what ``prepare(n)`` returns and end it at its n-th statement, for n = 1, 2 … until it gets to its end.

    Yields n after each death, for the test to heal and to look; returns after the run that nothing interrupted.
    """
    for statement in range(1, at_most):
        run = prepare(statement)
        try:
            with killed_at(statement):
                run()
        except Killed:
            yield statement
        else:
            yield statement
            return
    raise AssertionError(f"After {at_most} statements it still was not done.")


class Stumbling(SandboxPlatform):
    """A platform to which things happen while it is asked: name its path in ``MICROCRED_PLATFORM``."""

    PATH = "tests.faults.Stumbling"
    _actions: dict[str, Callable[..., None]] = {}

    @classmethod
    def when(cls, question: str, action: Callable[..., None] | None) -> None:
        """Do this each time the question is asked, with its arguments; None: nothing any more."""
        cls._actions.pop(question, None)
        if action is not None:
            cls._actions[question] = action

    @classmethod
    def fail(cls, question: str, *, after: int = 0) -> None:
        """Fail each time the question is asked, after so many answers to it."""
        left = after

        def action(*args: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise ConnectionError("The platform does not answer.")

        cls.when(question, action)

    @classmethod
    def recover(cls) -> None:
        """Answer everything again."""
        cls._actions.clear()

    def _ask(self, question: str, *args: Any) -> None:
        if question in self._actions:
            self._actions[question](*args)

    def course(self, course_key: str) -> Course | None:
        """Answer, after what was arranged."""
        self._ask("course", course_key)
        return super().course(course_key)

    def track(self, user_id: int, course_key: str, name: str, data: Mapping[str, Any]) -> None:
        """Emit, and then do what was arranged."""
        super().track(user_id, course_key, name, data)
        self._ask("track", user_id, course_key, name, data)

    def mail(self, user_id: int, letter: Letter) -> bool:
        """Send, after what was arranged, and before what was arranged for then."""
        self._ask("mail", user_id, letter)
        answer = super().mail(user_id, letter)
        self._ask("mailed", user_id, letter)
        return answer

    def enrolments(self, user_ids: Collection[int], course_keys: Collection[str]) -> Mapping[tuple[int, str], str]:
        """Answer, after what was arranged."""
        self._ask("enrolments", user_ids, course_keys)
        return super().enrolments(user_ids, course_keys)

    def learners(self, course_key: str, *, after: int = 0, limit: int = 1000) -> Sequence[int]:
        """Answer, after what was arranged."""
        self._ask("learners", course_key, after, limit)
        answer = super().learners(course_key, after=after, limit=limit)
        self._ask("learners answered", answer)
        return answer

    def subsection_grades(
        self, user_ids: Collection[int], block_keys: Collection[str]
    ) -> Mapping[tuple[int, str], Grade]:
        """Answer, after what was arranged."""
        self._ask("subsection_grades", user_ids, block_keys)
        return super().subsection_grades(user_ids, block_keys)

    def published_outline(self, course_key: str) -> CourseBlock | None:
        """Answer, after what was arranged."""
        self._ask("published_outline", course_key)
        return super().published_outline(course_key)


class Deaf(SandboxPlatform):
    """A release of the platform that does not have a signal: name its path in ``MICROCRED_PLATFORM``."""

    PATH = "tests.faults.Deaf"
    SIGNAL = "lms.djangoapps.grades.signals.signals:SUBSECTION_SCORE_CHANGED"

    def connect(self, receivers: ModuleType) -> Sequence[str]:
        """Connect the others."""
        return [*super().connect(receivers), self.SIGNAL]


@contextmanager
def database_gone() -> Iterator[None]:
    """Have the database answer nothing any more, as when its server was stopped."""

    def wrapper(*args: Any) -> Any:
        raise OperationalError(2006, "MySQL server has gone away")

    with connection.execute_wrapper(wrapper):
        yield


@contextmanager
def without_table(model: Any) -> Iterator[None]:
    """Take the model's table away, so that every statement about it fails in the database."""
    table, hidden = model._meta.db_table, f"{model._meta.db_table}_hidden"
    _rename(table, hidden)
    try:
        yield
    finally:
        _rename(hidden, table)


def _rename(old: str, new: str) -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {quote(old)} RENAME TO {quote(new)}")


def once(action: Callable[[], Any]) -> Callable[..., None]:
    """Do something the first time only, whatever the arguments."""
    done = []

    def act(*args: Any) -> None:
        if not done:
            done.append(True)
            action()

    return act
