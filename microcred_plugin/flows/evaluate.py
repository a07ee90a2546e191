"""Judge one learner in one learning context: the answer to an event. See docs/decisions/0003-outbox.md."""

from django.db import transaction

from microcred_plugin import dispatch, switches
from microcred_plugin.awards import api as awards
from microcred_plugin.criteria.keys import master_of
from microcred_plugin.definitions import interest
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.evidence import gates, outbox
from microcred_plugin.evidence.outbox import Claim
from microcred_plugin.flows.offerings import adopt
from microcred_plugin.flows.settle import settle
from microcred_plugin.logs import Log

log = Log(__name__)

# An award made here is evidence here: a stack of stacks is judged in rounds. Beyond this another worker goes on.
_ROUNDS = 25


def evaluate(user_id: int, context: str, change: int) -> bool:
    """Judge the learner if this change still waits; False when somebody else has it or a newer change came.

    A failure is stored in the row, with a rest before the next attempt, and does not leave this function: the row, not
    the task, is what remembers. While awarding is paused the row waits as it is.
    """
    if switches.awarding_is_paused():
        return False
    waiting = outbox.claim(user_id, context, change)
    if waiting is None:
        return False
    for _ in range(_ROUNDS):
        waiting = _attempt(waiting)
        if waiting is None:
            return True
    outbox.release(waiting)
    dispatch.after_commit("evaluate", *waiting)
    return True


def _attempt(claim: Claim) -> Claim | None:
    """Judge once; return what came meanwhile, None when nothing is left to do now."""
    try:
        with transaction.atomic():
            plans = plans_for(claim.user_id, claim.context)
            # What is built upon an award that a walk over all learners made is made by that walk, too.
            follows = claim.context == interest.AWARDS and awards.newest_is_backfilled(claim.user_id)
            settle([claim.user_id], plans, entered=True, backfilled=follows)
            if outbox.finish(claim):
                return None
    except Exception as error:
        log.failure("evaluation-failed", error, user_id=claim.user_id, context=claim.context)
        retry = outbox.fail(claim, error)
        if retry is not None:
            dispatch.after_commit("evaluate", *retry.claim, countdown=retry.rest)
        else:
            log.warning("learner-parked", user_id=claim.user_id, context=claim.context)
        return None
    return outbox.renew(claim)


def plans_for(user_id: int, context: str) -> list[Plan]:
    """Go through the learner's gate and return the plans that an event in this context may concern.

    There are none for a learner who was forgotten: whose completions stay may still have events.
    """
    held: list[str] = []
    if context == interest.AWARDS:
        # Not only granted ones: an award that was taken away concerns those who build on it, too.
        held = [f"award:{row.microcredential.uuid}" for row in awards.whole_ones_of(user_id)]
    found = _plans_through(user_id, context, held)
    # A coach's course in which nothing is offered yet, but in whose master something is.
    if not found and master_of(context) != context and not gates.is_forgotten(user_id) and adopt(context):
        found = _plans_through(user_id, context, held)
    return found


def _plans_through(user_id: int, context: str, held: list[str]) -> list[Plan]:
    found = interest.plans_through(gates.through(user_id), context, held=held)
    if found is None:
        gates.make([user_id])
        found = interest.plans_through(gates.through(user_id), context, held=held)
    return found or []
