"""Read a course's outline again and have those judged anew whose definitions count differently now."""

from django.db import transaction

from microcred_plugin.data import MicrocredentialState
from microcred_plugin.definitions import api as definitions
from microcred_plugin.definitions import interest
from microcred_plugin.definitions.models import Interest, Microcredential
from microcred_plugin.errors import NotFound
from microcred_plugin.evidence import listening
from microcred_plugin.flows.schedule import schedule_backfills
from microcred_plugin.structure import api as structure
from microcred_plugin.structure.outline import Outline


def refresh_structure(course: str) -> int:
    """Read a course anew, and the CCX runs made of it; return how many microcredentials are backfilled for it.

    A deleted block can complete a unit without any event from the learner; a course that is gone changes nothing: what
    was earned stays, and the last outline known goes on counting.
    """
    return sum(_refreshed(run) for run in (course, *definitions.ccx_runs_of(course)))


def _refreshed(run: str) -> int:
    try:
        return refreshed(run)[1]
    except NotFound:
        return 0


def outdated() -> list[str]:
    """Name the courses that somebody listens to whose stored outline is not of the version published now."""
    return structure.outdated({context for context, _ in interest.listeners()} - {interest.AWARDS})


def fresh(course: str) -> Outline | None:
    """Return the outline of a course as it is published now, read anew only if it is another; None without a course."""
    try:
        return structure.up_to_date(course) or refreshed(course)[0]
    except NotFound:
        return None


@transaction.atomic
def refreshed(course: str) -> tuple[Outline, int]:
    """Return the outline of a course as it is published now, and how many microcredentials are backfilled for it.

    Whoever reads a course anew comes through here: a change is seen once, and who sees it must have it acted upon.
    NotFound without a course.
    """
    found = structure.refresh(course)
    return found.outline, _backfill(course, found.changed)


def _backfill(course: str, changed: frozenset[str]) -> int:
    keys = {f"completion:{key}" for key in changed} | {f"subsection_grade:{key}" for key in changed}
    if not keys:
        return 0
    entries = Interest.objects.filter(context=course).values_list("evidence_key", "version__microcredential_id")
    concerned = {microcredential_id for key, microcredential_id in entries if key in keys}
    rows = Microcredential.objects.filter(pk__in=concerned, state=MicrocredentialState.PUBLISHED.value)
    for row in rows:
        schedule_backfills(row, interest.plans_of(row))
    transaction.on_commit(listening.forget)
    return len(rows)
