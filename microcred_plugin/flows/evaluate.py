"""Judge one learner in one learning context: the answer to an event. See docs/decisions/0003-outbox.md."""

import logging

from django.db import transaction

from microcred_plugin import dispatch
from microcred_plugin.awards import api as awards
from microcred_plugin.definitions import interest
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.evidence import outbox
from microcred_plugin.evidence.outbox import Claim
from microcred_plugin.flows.settle import settle

log = logging.getLogger(__name__)

# An award made here is evidence here: a stack of stacks is judged in rounds. Beyond this a later wake-up goes on.
_ROUNDS = 25


def evaluate(user_id: int, context: str, change: int) -> bool:
    """Judge the learner if this change still waits; False when somebody else has it or a newer change came.

    A failure is stored in the row, with a rest before the next attempt, and does not leave this function: the row, not
    the task, is what remembers.
    """
    claim = outbox.claim(user_id, context, change)
    if claim is None:
        return False
    try:
        _until_done(claim)
    except Exception as error:
        log.exception("Could not judge a learner in %s.", context)
        rest = outbox.fail(claim, error)
        if rest is not None:
            dispatch.after_commit("evaluate", user_id, context, change, countdown=rest)
    return True


def _until_done(claim: Claim) -> None:
    waiting: Claim | None = claim
    for _ in range(_ROUNDS):
        if waiting is None:
            return
        with transaction.atomic():
            settle([waiting.user_id], plans_for(waiting.user_id, waiting.context))
            if outbox.finish(waiting):
                return
        waiting = outbox.renew(waiting)
    outbox.release(claim)


def plans_for(user_id: int, context: str) -> list[Plan]:
    """Return the plans that an event in this context may concern."""
    if context != interest.AWARDS:
        return interest.plans_in(context)
    # Not only granted ones: an award that was taken away concerns those who build on it, too.
    held = [f"award:{row.microcredential.uuid}" for row in awards.whole_ones_of(user_id)]
    return interest.plans_in(context, held=held)
