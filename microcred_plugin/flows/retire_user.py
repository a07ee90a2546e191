"""Forget a learner: erase what we hold about them, and keep it from coming back (docs/decisions/0013)."""

from collections.abc import Mapping

from django.db import OperationalError, connection, transaction

from microcred_plugin.evidence import gates
from microcred_plugin.flows.personal import HOLDINGS
from microcred_plugin.logs import Log

log = Log(__name__)

_TRIES = 3


def forget(user_id: int, *, dry_run: bool = False) -> Mapping[str, int]:
    """Erase everything in one transaction and return how many rows of what; repeated, it erases what is left.

    Nobody who judges the learner at this moment can write afterwards: the gate is shut first, which waits for them.
    An error means that nothing was erased. ``dry_run`` only counts.
    """
    if dry_run:
        return {holding.name: holding.count(user_id) for holding in HOLDINGS}
    for _ in range(_TRIES - 1):
        try:
            return _forget(user_id)
        except OperationalError:
            if connection.in_atomic_block:  # MySQL has undone the caller's work, too: it is theirs to repeat
                raise
            log.warning("forgetting-interrupted", user_id=user_id, then="trying again")
    return _forget(user_id)


@transaction.atomic
def _forget(user_id: int) -> Mapping[str, int]:
    gates.shut(user_id)
    erased = {holding.name: holding.erase(user_id) for holding in HOLDINGS}
    log.info("learner-forgotten", user_id=user_id, rows=sum(erased.values()))
    return erased
