"""Sees awards as others see them: it asks the database again and again, and notes when each was first there."""

import threading
from time import time
from types import TracebackType

from soak.rules import Target

_EVERY_SECONDS = 0.25
# Ids are given before the commit, so a lower one may come later; so many are looked at again.
_OVERLAP = 1_000


class Observer:
    """A thread with a database connection of its own."""

    def __init__(self) -> None:
        self.seen: dict[tuple[int, Target], float] = {}  #: (user id, award) → first seen
        self.waiting = 0  #: rows in the outbox
        self.error: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Observer":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        from django.db import connection

        try:
            last = 0
            while not self._stop.wait(_EVERY_SECONDS):
                last = self._look(last)
        except BaseException as error:  # told to the main thread, which ends the run
            self.error = error
        finally:
            connection.close()

    def _look(self, last: int) -> int:
        from microcred_plugin.awards.models import Award
        from microcred_plugin.evidence.models import Pending

        rows = Award.objects.filter(pk__gt=last - _OVERLAP)
        found = list(rows.values_list("pk", "user_id", "microcredential__slug", "milestone_key"))
        moment = time()
        for _, user_id, slug, key in found:
            self.seen.setdefault((user_id, (slug, key)), moment)
        self.waiting = Pending.objects.count()
        return max([last, *(pk for pk, *_ in found)])
