"""Celery's side of the flows: unpack the arguments, call one. Each is safe to run twice and to lose."""

from celery import shared_task

from microcred_plugin.flows import announce as announcing
from microcred_plugin.flows import backfill
from microcred_plugin.flows import catch_up as catching_up
from microcred_plugin.flows import evaluate as evaluating
from microcred_plugin.flows import notify as notifying
from microcred_plugin.flows import refresh_structure as structure


@shared_task(ignore_result=True)
def evaluate(user_id: int, context: str, change: int) -> None:
    """Judge a learner in a context, if this change still waits."""
    evaluating.evaluate(user_id, context, change)


@shared_task(ignore_result=True)
def run_backfill(backfill_pk: int) -> None:
    """Run a backfill that is due."""
    backfill.run_backfill(backfill_pk)


@shared_task(ignore_result=True)
def announce(award_pk: int) -> None:
    """Tell the platform of an award's change."""
    announcing.announce(award_pk)


@shared_task(ignore_result=True)
def notify(award_pks: list[int]) -> None:
    """Tell of these awards' changes by every channel."""
    for pk in award_pks:
        notifying.notify(pk)


@shared_task(ignore_result=True)
def catch_up() -> None:
    """Do what waits longest: some process could not reach the broker for a while."""
    catching_up.catch_up()


@shared_task(ignore_result=True)
def refresh_structure(course: str) -> None:
    """Read a course's outline again."""
    structure.refresh_structure(course)
