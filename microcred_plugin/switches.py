"""The operator's two brakes, as waffle switches: while one is on, what it holds waits in the database and is not lost.

They are asked past the cache of edx-toggles, which lives as long as a request: in a worker, a sweep or a backfill of
hours that would be for ever. Waffle's own cache answers, so that asking costs no query.
"""

from edx_toggles.toggles import WaffleSwitch
from waffle import switch_is_active

# .. toggle_name: microcred_plugin.pause_awarding
# .. toggle_implementation: WaffleSwitch
# .. toggle_default: False
# .. toggle_description: While on, nobody is judged: nothing is awarded, and nothing held, revoked or expired by
#   policy. Learners and backfills wait in the database without losing an attempt, progress is still shown, and what
#   people do by hand is done. When it is off again, ``microcred sweep`` catches up.
# .. toggle_use_cases: circuit_breaker
# .. toggle_creation_date: 2026-11-24
PAUSE_AWARDING = WaffleSwitch("microcred_plugin.pause_awarding", __name__)

# .. toggle_name: microcred_plugin.pause_notifying
# .. toggle_implementation: WaffleSwitch
# .. toggle_default: False
# .. toggle_description: While on, no award is announced to the platform (BADGE_AWARDED, BADGE_REVOKED), written to its
#   tracking log, or told to the learner by mail; awards are still made and shown. When it is off again, ``microcred
#   sweep`` tells what waits, each change once; no mails of what is older than ``MICROCRED_MAIL_MAX_AGE_SECONDS``.
# .. toggle_use_cases: circuit_breaker
# .. toggle_creation_date: 2026-11-24
PAUSE_NOTIFYING = WaffleSwitch("microcred_plugin.pause_notifying", __name__)


def awarding_is_paused() -> bool:
    """Say whether nobody is to be judged now."""
    return bool(switch_is_active(PAUSE_AWARDING.name))


def notifying_is_paused() -> bool:
    """Say whether nobody is to be told of anything now."""
    return bool(switch_is_active(PAUSE_NOTIFYING.name))
