"""A process that does what learners do in a web process, at the moments that the plan says."""

import heapq
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from time import sleep, time
from typing import TYPE_CHECKING, Any

import django

from soak import start
from soak.journal import Journal, Noted
from soak.learners import Do, Step, steps
from soak.options import RUN, Setup
from soak.oracle import Saved
from soak.rules import FIRST

if TYPE_CHECKING:
    from bench.course import Course

_TRIES = 5
_LOOK_EVERY_SECONDS = 1.0
_PATIENCE_SECONDS = 60.0


class Driver:
    """Does the steps of one process, and notes each commit."""

    def __init__(self, course: "Course", users: Sequence[Any], journal: Journal, begin: float) -> None:
        from opaque_keys.edx.keys import UsageKey

        self._keys = [UsageKey.from_string(leaf) for leaf in course.leaves]
        self._users = users
        self._journal = journal
        self._begin = begin
        self._order = count()
        self._due: list[tuple[float, int, Callable[[], None]]] = []

    def later(self, at: float, action: Callable[[], None]) -> None:
        """Do something at a time."""
        heapq.heappush(self._due, (at, next(self._order), action))

    def run(self, planned: Sequence[Step]) -> None:
        """Do everything, and what follows from it."""
        for step in planned:
            self.later(self._begin + step.at, partial(self._do, step))
        while self._due:
            at, _, action = heapq.heappop(self._due)
            sleep(max(at - time(), 0))
            action()

    def _do(self, step: Step) -> None:
        if step.do is Do.LOOK:
            self._look(step)
        elif step.do is Do.UNDO_WHEN_HELD:
            self._undo_when_held(step, time() + _PATIENCE_SECONDS)
        else:
            self._save(step, complete=step.do is Do.COMPLETE)

    def _save(self, step: Step, *, complete: bool, held: bool = False) -> None:
        groups = [step.leaves] if step.together else [(leaf,) for leaf in step.leaves]
        for leaves in groups:
            before = time()
            rows = self._again_and_again(partial(self._submit, step.learner, leaves, 1.0 if complete else 0.0))
            # Before the commit, so that no wait is made shorter than it was.
            saved = Saved(before, step.learner, leaves, complete, held)
            self._journal.saved(Noted(saved, time() - before, before - self._begin - step.at))
            if step.echo_after is not None:
                self.later(time() + step.echo_after, partial(self._echo, rows))

    def _submit(self, learner: int, leaves: Sequence[int], completion: float) -> list[Any]:
        from completion.models import BlockCompletion
        from django.db import transaction

        def submit(leaf: int) -> Any:
            return BlockCompletion.objects.submit_completion(self._users[learner], self._keys[leaf], completion)[0]

        if len(leaves) == 1:  # a handler of a block: no transaction around it
            return [submit(leaves[0])]
        with transaction.atomic():  # a request that brings several
            return [submit(leaf) for leaf in leaves]

    def _again_and_again(self, action: Callable[[], list[Any]]) -> list[Any]:
        """Try again what fell victim to a deadlock, as clients do."""
        from django.db import OperationalError

        for _ in range(_TRIES - 1):
            try:
                return action()
            except OperationalError as error:
                print(f"Tried again: {error}", flush=True)
        return action()

    def _echo(self, rows: Sequence[Any]) -> None:
        """Have the events of a save arrive once more, now: doubled, and after others that came later."""
        from django.db.models.signals import post_save

        for row in rows:
            post_save.send(type(row), instance=row, created=False, raw=False, using="default", update_fields=None)

    def _look(self, step: Step) -> None:
        """Look at the page: it wakes a worker for who waits (read repair)."""
        from microcred_plugin import api

        api.course_progress(self._users[step.learner].pk, RUN)

    def _undo_when_held(self, step: Step, until: float) -> None:
        from microcred_plugin import api

        mine = api.awards_of(self._users[step.learner].pk)
        if any(award.slug == FIRST and not award.milestone_key for award in mine):
            self._save(step, complete=False, held=True)
        elif time() < until:
            self.later(time() + _LOOK_EVERY_SECONDS, partial(self._undo_when_held, step, until))


def main(setup: Setup, number: int) -> None:
    """Do the nth process's part, as soon as all processes are there."""
    from django.contrib.auth.models import User

    from microcred_plugin.sandbox import site
    from soak.course import soak_course

    users = list(User.objects.filter(username__startswith="learner").order_by("pk"))
    planned = [step for step in steps(setup) if step.driver == number]
    directory = site.directory()
    with Journal(start.journal_of(directory, number)) as journal:
        driver = Driver(soak_course(setup), users, journal, start.wait(directory))
        driver.run(planned)
    print(f"Saved {journal.saves} times.")


if __name__ == "__main__":
    django.setup()
    main(Setup(**json.loads(sys.argv[1])), int(sys.argv[2]))
