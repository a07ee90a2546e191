"""Judge one learner in one learning context: the answer to an event. See docs/decisions/0003-outbox.md."""

from django.db import transaction

from microcred_plugin import dispatch, switches
from microcred_plugin.awards import api as awards
from microcred_plugin.criteria.keys import master_of
from microcred_plugin.definitions import interest
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.evidence import outbox
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
            settle([claim.user_id], plans_for(claim.user_id, claim.context))
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
    """Return the plans that an event in this context may concern."""
    if context != interest.AWARDS:
        return interest.plans_in(context) or _adopted(context)
    # Not only granted ones: an award that was taken away concerns those who build on it, too.
    held = [f"award:{row.microcredential.uuid}" for row in awards.whole_ones_of(user_id)]
    return interest.plans_in(context, held=held)


def _adopted(context: str) -> list[Plan]:
    """Return the plans of a CCX in which nothing is offered yet, but in whose master something is."""
    return interest.plans_in(context) if master_of(context) != context and adopt(context) else []
