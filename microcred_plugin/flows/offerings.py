"""In which runs a microcredential can be earned: offered, carried over to a re-run, adopted for a CCX, withdrawn."""

from collections.abc import Iterable

from django.db import transaction

from microcred_plugin.criteria.keys import master_of
from microcred_plugin.criteria.parse import parse
from microcred_plugin.data import MicrocredentialState
from microcred_plugin.definitions import api as definitions
from microcred_plugin.definitions.models import Microcredential, Offering
from microcred_plugin.flows import check as checking
from microcred_plugin.flows.publish import listen, refuse, runs_of


@transaction.atomic
def offer(name: str, run: str) -> Microcredential:
    """Offer a microcredential in a run, from now on when it is published; twice is once.

    InvalidDefinition holds what cannot be earned in that run, and nothing is changed.
    """
    row = _locked([definitions.find(name).pk])[0]
    if row.current_version is not None and row.state == MicrocredentialState.PUBLISHED:
        refuse(iter(checking.check(parse(row.current_version.document), run)))
    offering = definitions.add_offering(row, run)
    if not offering.active:
        offering.active = True
        offering.save(update_fields=["active"])
    _listen(row)
    return row


@transaction.atomic
def end_offering(name: str, run: str) -> Microcredential:
    """Stop offering a microcredential in a run: nobody earns it there any more; what was earned stays. NotFound."""
    row = _locked([definitions.find(name).pk])[0]
    definitions.end_offering(row, run)
    _listen(row)
    return row


@transaction.atomic
def offer_in_rerun(source: str, run: str) -> int:
    """Add an inactive offering in a re-run to everything offered in its source; return how many are new.

    The course team activates each once the checks are green: nothing is earned in a run that nobody has looked at.
    """
    rows = Microcredential.objects.filter(offerings__run=source).exclude(offerings__run=run).distinct()
    return len([definitions.add_offering(row, run, active=False) for row in rows])


@transaction.atomic
def adopt(ccx: str) -> int:
    """Offer in a CCX what its master course offers, from now on; return how many are new.

    A coach's course is a run like any other: its learners meet the requirements within it, and earn what the course
    team has published. Nobody has to do anything for it.
    """
    offered = Microcredential.objects.filter(offerings__run=master_of(ccx), offerings__active=True)
    new = offered.exclude(offerings__run=ccx).distinct()
    rows = _locked(new.values_list("pk", flat=True))
    for row in rows:
        definitions.add_offering(row, ccx)
        _listen(row)
    return len(rows)


@transaction.atomic
def withdraw(course: str) -> int:
    """Offer nothing any more in a course that was deleted, nor in its CCX runs; return how much was offered there."""
    active = Offering.objects.filter(active=True, run__in=[course, *definitions.ccx_runs_of(course)])
    rows = _locked(active.values_list("microcredential_id", flat=True))
    active.update(active=False)
    for row in rows:
        _listen(row)
    return len(rows)


def _locked(pks: Iterable[int]) -> list[Microcredential]:
    """Lock rows in the order of their ids, so that two who want several never wait for each other in a circle."""
    return list(Microcredential.objects.select_for_update().filter(pk__in=set(pks)).order_by("pk"))


def _listen(row: Microcredential) -> None:
    """Have a published microcredential heard in the runs in which it is offered now."""
    if row.current_version is not None and row.state == MicrocredentialState.PUBLISHED:
        listen(row, runs_of(parse(row.current_version.document), definitions.active_runs(row)))
