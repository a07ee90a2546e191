"""Everything periodic in one pass: safe at any time, any number of times, by any number of processes at once."""

from functools import partial

from django.db import connection
from django.utils.timezone import now

from microcred_plugin import switches
from microcred_plugin.awards import api as awards
from microcred_plugin.awards import notices
from microcred_plugin.data import AwardState, SweepReport
from microcred_plugin.definitions.interest import AWARDS
from microcred_plugin.definitions.versions import plans
from microcred_plugin.errors import NotAllowed, NotFound
from microcred_plugin.evidence import outbox
from microcred_plugin.evidence.models import SweepRun
from microcred_plugin.flows.announce import announce
from microcred_plugin.flows.backfill import due_backfills, run_backfill
from microcred_plugin.flows.evaluate import evaluate
from microcred_plugin.flows.judge import judge
from microcred_plugin.flows.notify import notify
from microcred_plugin.flows.one_pass import Pass
from microcred_plugin.flows.refresh_structure import outdated, refresh_structure
from microcred_plugin.flows.settle import apply_policy, unsupported
from microcred_plugin.logs import Log

log = Log(__name__)


def sweep(seconds: float | None = None) -> SweepReport:
    """Take what waits: learners to judge, backfills, expiries, policies whose grace is over, announcements, notices.

    After ``seconds`` nothing further is begun, and a backfill stops after its chunk; the next sweep goes on.
    """
    one = Pass(seconds)
    report = SweepReport(
        refreshed=one.once(outdated, _refresh),
        evaluated=_judge(one) + _judge(one, AWARDS),  # the second: what the awards of the first ask for
        backfills=one.all(due_backfills, lambda pk: run_backfill(pk, stop=one.is_over)),
        expired=one.walk(awards.expired, _expire),
        regressed=one.walk(awards.regressed, _regress),
        announced=one.walk(awards.unannounced, announce),
        notified=one.walk(notices.due, notify),
        parked=outbox.parked().count(),
        failed=one.failed,
        finished=not one.cut_short,
    )
    _note_end()
    log.info("sweep-finished", **{name: getattr(report, name) for name in SweepReport.__slots__})
    return report


def _judge(one: Pass, context: str | None = None) -> int:
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


def _refresh(course: str) -> bool:
    """Read a course anew whose publish was not heard; before the learners are judged, whom it may concern."""
    refresh_structure(course)
    return True


def _expire(pk: int) -> bool:
    if switches.awarding_is_paused():
        return False
    try:
        awards.change_state(pk, AwardState.EXPIRED, reason="Its time is over.", by_policy=True)
    except (NotAllowed, NotFound):  # another sweep was faster, or the learner was forgotten
        return False
    return True


def _regress(pk: int) -> bool:
    """Follow the policy of an award whose evidence went away, if it still is: for an old version nobody listens."""
    try:
        row, moment = awards.row(pk), now()
    except NotFound:  # the learner was forgotten
        return False
    if switches.awarding_is_paused() or row.regressed_at is None:  # or it came back meanwhile
        return False
    (plan,) = plans([(row.version_id, row.run)])
    key = (row.user_id, row.microcredential_id, row.milestone_key)
    if not list(unsupported(judge([row.user_id], [plan]), {key: row})):
        awards.set_regressed([pk], None)
        return False
    return apply_policy(plan, row, since=row.regressed_at, moment=moment)
