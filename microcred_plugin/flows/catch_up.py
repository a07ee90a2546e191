"""After an outage of the broker: do what waits longest, because its wake-ups were never sent."""

from microcred_plugin import dispatch
from microcred_plugin.awards import api as awards
from microcred_plugin.awards import notices
from microcred_plugin.evidence import outbox
from microcred_plugin.flows.announce import announce
from microcred_plugin.flows.backfill import due_backfills, run_backfill
from microcred_plugin.flows.evaluate import evaluate
from microcred_plugin.flows.notify import notify
from microcred_plugin.flows.one_pass import Pass

#: Few: while a worker catches up, those who come now must not wait for all who came before them.
_BITE = 20


def catch_up(at_once: int = _BITE) -> int:
    """Do so much of everything that waits, the oldest first; return how much. If there was more, another task goes on.

    Many processes may start it at once: each thing is claimed and done once. What takes its time, backfills, comes
    last.
    """
    one = Pass(None)
    judged = one.once(lambda: outbox.due(at_once), lambda claim: evaluate(*claim))
    announced = one.once(lambda: awards.unannounced(at_once), announce)
    notified = one.once(lambda: notices.due(at_once), notify)
    if at_once in (judged, announced, notified):
        dispatch.start("catch_up")
    return judged + announced + notified + one.once(lambda: due_backfills(at_once), run_backfill)
