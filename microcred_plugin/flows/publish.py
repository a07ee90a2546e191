"""Publish a draft as an immutable version, and retire: what is listened to changes, and everybody is judged anew."""

from collections.abc import Iterator, Mapping

from django.db import transaction

from microcred_plugin.criteria.binding import is_relative
from microcred_plugin.criteria.document import Definition
from microcred_plugin.criteria.parse import parse
from microcred_plugin.data import Finding, MicrocredentialState, Severity
from microcred_plugin.definitions import api as definitions
from microcred_plugin.definitions import drafts, interest, names, offered, versions
from microcred_plugin.definitions.models import Draft, Microcredential
from microcred_plugin.errors import InvalidDefinition, NotAllowed, Problem, StaleDraft
from microcred_plugin.evidence import listening
from microcred_plugin.flows import check as checking
from microcred_plugin.flows.schedule import schedule_backfills


def save_draft(document: Mapping[str, object], *, by: int | None, lock: int | None, run: str | None) -> Draft:
    """Save a document as its microcredential's draft, and offer it in ``run``."""
    definition = parse(names.located(document))
    with transaction.atomic():
        draft = drafts.save(definition, by=by, lock=lock)
        if run:
            definitions.add_offering(draft.microcredential, run)
    return draft


@transaction.atomic
def publish(name: str, *, by: int | None, note: str, lock: int | None = None) -> Microcredential:
    """Publish the draft; InvalidDefinition holds the linter's errors, which stop it.

    StaleDraft when ``lock`` is given and is not that of the draft: nobody publishes what they have not read.
    """
    row = Microcredential.objects.select_for_update().get(pk=definitions.find(name).pk)
    draft = drafts.of(row)
    if lock is not None and lock != draft.lock:
        raise StaleDraft
    definition = parse(draft.document)
    runs = definitions.active_runs(row)
    checked_in: list[str | None] = [*runs] or [None]
    refuse(finding for run in checked_in for finding in checking.check(definition, run, by=by))
    version = versions.add_version(row, definition, by=by, note=note)
    row.current_version, row.title = version, definition.title
    row.state, row.retired_reason = MicrocredentialState.PUBLISHED.value, ""
    row.save()
    listen(row, runs_of(definition, runs))
    return row


def runs_of(definition: Definition, runs: list[str]) -> list[str]:
    """Name the runs it is judged in: a definition without a run of its own (a pure stack) is judged once, in no run."""
    return runs or ([] if is_relative(definition) else [""])


def listen(row: Microcredential, runs: list[str]) -> None:
    """Write what the current version listens to in these runs, and have everybody concerned judged by it."""
    version = row.current_version
    live = versions.plans((version.pk, run) for run in runs) if version else []
    interest.write(row, live)
    transaction.on_commit(listening.forget)
    transaction.on_commit(offered.forget)
    schedule_backfills(row, live)


def refuse(findings: Iterator[Finding]) -> None:
    """Raise the errors among the findings."""
    errors = {Problem(finding.path, finding.message) for finding in findings if finding.severity is Severity.ERROR}
    if errors:
        raise InvalidDefinition(sorted(errors, key=lambda problem: (problem.path, problem.message)))


@transaction.atomic
def retire(name: str, *, by: int | None, reason: str) -> Microcredential:
    """Stop awarding: what was earned stays; NotAllowed for what was never published."""
    row = Microcredential.objects.select_for_update().get(pk=definitions.find(name).pk)
    if row.current_version is None:
        raise NotAllowed(f"{row} was never published, so there is nothing to retire.")
    row.state, row.retired_reason = MicrocredentialState.RETIRED.value, reason
    row.save(update_fields=["state", "retired_reason"])
    listen(row, [])
    return row
