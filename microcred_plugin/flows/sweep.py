"""Everything periodic in one pass: safe at any time, any number of times, by any number of processes at once."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from django.db import connection
from django.utils.timezone import now

from microcred_plugin import switches
from microcred_plugin.awards import api as awards
from microcred_plugin.data import AwardState, SweepReport
from microcred_plugin.definitions.interest import AWARDS
from microcred_plugin.definitions.versions import plans
from microcred_plugin.errors import NotAllowed
from microcred_plugin.evidence import outbox
from microcred_plugin.evidence.models import SweepRun
from microcred_plugin.flows.announce import announce
from microcred_plugin.flows.backfill import due_backfills, run_backfill
from microcred_plugin.flows.evaluate import evaluate
from microcred_plugin.flows.judge import judge
from microcred_plugin.flows.refresh_structure import outdated, refresh_structure
from microcred_plugin.flows.settle import apply_policy, unsupported
from microcred_plugin.logs import Log

log = Log(__name__)

T = TypeVar("T")
_AT_ONCE = 500


def sweep(seconds: float | None = None) -> SweepReport:
    """Take what waits: learners to judge, backfills, expiries, policies whose grace is over, announcements.

    After ``seconds`` nothing further is begun, and a backfill stops after its chunk; the next sweep goes on.
    """
    one = _Pass(seconds)
    report = SweepReport(
        refreshed=one.once(outdated, _refresh),
        evaluated=_judge(one) + _judge(one, AWARDS),  # the second: what the awards of the first ask for
        backfills=one.all(due_backfills, lambda pk: run_backfill(pk, stop=one.is_over)),
        expired=one.walk(awards.expired, _expire),
        regressed=one.walk(awards.regressed, _regress),
        announced=one.walk(awards.unannounced, announce),
        parked=outbox.parked().count(),
        failed=one.failed,
        finished=not one.cut_short,
    )
    _note_end()
    log.info("sweep-finished", **{name: getattr(report, name) for name in SweepReport.__slots__})
    return report


def _judge(one: "_Pass", context: str | None = None) -> int:
    """Judge who waits now. Who comes while this goes on is the workers': on a busy site it would never end."""
    page = partial(outbox.due, up_to=outbox.newest(), context=context)
    return one.all(page, lambda claim: evaluate(*claim))


def _note_end() -> None:
    """Write when this sweep ended, in one statement: many end at once."""
    with_target = connection.features.supports_update_conflicts_with_target
    SweepRun.objects.bulk_create(
        [SweepRun(finished_at=now())],
        update_conflicts=True,
        update_fields=["finished_at"],
        unique_fields=["name"] if with_target else None,
    )


@dataclass
class _Pass:
    """One pass, and how long it may take; what fails is counted and does not keep the others back."""

    seconds: float | None
    failed: int = 0
    cut_short: bool = False

    def __post_init__(self) -> None:
        self._until = None if self.seconds is None else time.monotonic() + self.seconds

    def is_over(self) -> bool:
        """Say whether the time is over."""
        over = self._until is not None and time.monotonic() >= self._until
        self.cut_short = self.cut_short or over
        return over

    def once(self, items: Callable[[], Iterable[T]], do: Callable[[T], bool]) -> int:
        """Do each once; return how many were done. What cannot be listed now is the next sweep's."""
        try:
            found = list(items())
        except Exception as error:
            self.failed += 1
            log.failure("sweep-step-failed", error)
            return 0
        return sum(self._each(found, do))

    def all(self, pages: Callable[[int], Iterable[T]], do: Callable[[T], bool]) -> int:
        """Do everything a page at a time, until a page brings nothing further; return how many were done."""
        done = 0
        while any(results := list(self._each(pages(_AT_ONCE), do))):
            done += sum(results)
        return done

    def walk(self, page: Callable[..., Sequence[int]], do: Callable[[int], bool]) -> int:
        """Do everything once, by id, so that what fails for ever keeps nothing back; return how many were done."""
        done = after = 0
        while not self.is_over() and (pks := page(_AT_ONCE, after=after)):
            done += sum(self._each(pks, do))
            after = pks[-1]
        return done

    def _each(self, items: Iterable[T], do: Callable[[T], bool]) -> Iterator[bool]:
        for item in items:
            if self.is_over():
                return
            try:
                yield do(item)
            except Exception as error:
                self.failed += 1
                log.failure("sweep-step-failed", error, item=item)
                yield False


def _refresh(course: str) -> bool:
    """Read a course anew whose publish was not heard; before the learners are judged, whom it may concern."""
    refresh_structure(course)
    return True


def _expire(pk: int) -> bool:
    if switches.awarding_is_paused():
        return False
    try:
        awards.change_state(pk, AwardState.EXPIRED, reason="Its time is over.", by_policy=True)
    except NotAllowed:  # another sweep was faster
        return False
    return True


def _regress(pk: int) -> bool:
    """Follow the policy of an award whose evidence went away, if it still is: for an old version nobody listens."""
    row, moment = awards.row(pk), now()
    if switches.awarding_is_paused() or row.regressed_at is None:  # or it came back meanwhile
        return False
    (plan,) = plans([(row.version_id, row.run)])
    key = (row.user_id, row.microcredential_id, row.milestone_key)
    if not list(unsupported(judge([row.user_id], [plan]), {key: row})):
        awards.set_regressed([pk], None)
        return False
    return apply_policy(plan, row, since=row.regressed_at, moment=moment)
