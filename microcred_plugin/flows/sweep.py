"""Everything periodic in one pass: safe at any time, any number of times, by any number of processes at once."""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from django.utils.timezone import now

from microcred_plugin.awards import api as awards
from microcred_plugin.data import AwardState, SweepReport
from microcred_plugin.definitions.interest import AWARDS
from microcred_plugin.definitions.versions import plans
from microcred_plugin.errors import NotAllowed
from microcred_plugin.evidence import outbox
from microcred_plugin.flows.announce import announce
from microcred_plugin.flows.backfill import due_backfills, run_backfill
from microcred_plugin.flows.evaluate import evaluate
from microcred_plugin.flows.judge import judge
from microcred_plugin.flows.settle import apply_policy, unsupported

log = logging.getLogger(__name__)

T = TypeVar("T")
_AT_ONCE = 500


def sweep() -> SweepReport:
    """Take what waits: learners to judge, backfills, expiries, policies whose grace is over, announcements."""
    return SweepReport(
        evaluated=_evaluate() + _evaluate(AWARDS),  # the second: what the awards of the first ask for
        backfills=_all(due_backfills, run_backfill),
        expired=_walk(awards.expired, _expire),
        regressed=_walk(awards.regressed, _regress),
        announced=_walk(awards.unannounced, announce),
        parked=outbox.parked().count(),
    )


def _evaluate(context: str | None = None) -> int:
    """Judge who waits now. Who comes while this goes on is the workers': on a busy site it would never end."""
    page = partial(outbox.due, up_to=outbox.newest(), context=context)
    return _all(page, lambda claim: evaluate(*claim))


def _all(pages: Callable[[int], Iterable[T]], do: Callable[[T], bool]) -> int:
    """Do everything a page at a time, until a page brings nothing further; return how many were done."""
    done = 0
    while any(results := _each(list(pages(_AT_ONCE)), do)):
        done += sum(results)
    return done


def _walk(page: Callable[..., Sequence[int]], do: Callable[[int], bool]) -> int:
    """Do everything once, by id, so that what fails again and again keeps nothing back; return how many were done."""
    done = after = 0
    while pks := page(_AT_ONCE, after=after):
        done += sum(_each(pks, do))
        after = pks[-1]
    return done


def _each(items: Iterable[T], do: Callable[[T], bool]) -> list[bool]:
    """Do each; one that fails is logged and does not keep the others back."""
    results = []
    for item in items:
        try:
            results.append(do(item))
        except Exception:
            log.exception("The sweep could not finish one thing; it goes on with the next.")
            results.append(False)
    return results


def _expire(pk: int) -> bool:
    try:
        awards.change_state(pk, AwardState.EXPIRED, reason="Its time is over.", by_policy=True)
    except NotAllowed:  # another sweep was faster
        return False
    return True


def _regress(pk: int) -> bool:
    """Follow the policy of an award whose evidence went away, if it still is: for an old version nobody listens."""
    row, moment = awards.row(pk), now()
    if row.regressed_at is None:  # it came back meanwhile
        return False
    (plan,) = plans([(row.version_id, row.run)])
    key = (row.user_id, row.microcredential_id, row.milestone_key)
    if not list(unsupported(judge([row.user_id], [plan]), {key: row})):
        awards.set_regressed([pk], None)
        return False
    return apply_policy(plan, row, since=row.regressed_at, moment=moment)
