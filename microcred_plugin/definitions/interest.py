"""The index from a learning context to the published versions that listen to it."""

from collections.abc import Collection, Iterable

from django.db.models import Expression, Q, QuerySet
from opaque_keys.edx.keys import UsageKey

from microcred_plugin.criteria.verdict import Need
from microcred_plugin.definitions.models import Interest, Microcredential
from microcred_plugin.definitions.versions import Plan, plans

AWARDS = Interest.AWARDS
_BLOCK_KINDS = ("completion", "subsection_grade")


def context_of(need: Need, plan_run: str) -> str:
    """Name the learning context whose events bring this fact: a course run, or ``awards``."""
    if need.kind in _BLOCK_KINDS:
        return str(UsageKey.from_string(need.ref).context_key)
    if need.kind == "award":
        return AWARDS
    # A confirmation is heard in the home run; a pure stack has none and hears it with its awards.
    return need.ref if need.kind != "manual" else plan_run or AWARDS


def write(microcredential: Microcredential, live: Iterable[Plan]) -> None:
    """Replace what the microcredential listens to by the needs of these plans; none of them: it listens to nothing."""
    Interest.objects.filter(version__microcredential=microcredential).delete()
    Interest.objects.bulk_create(
        Interest(version_id=plan.version_id, run=plan.run, context=context, evidence_key=evidence_key)
        for plan in live
        for context, evidence_key in sorted(_entries(plan))
    )


def _entries(plan: Plan) -> set[tuple[str, str]]:
    entries = {(context_of(need, plan.run), need.evidence_key) for need in plan.needs}
    if plan.run:  # enrolment in the home run decides whose evidence counts
        entries.add((plan.run, f"enrolment:{plan.run}"))
    return entries


def _heard_in(context: str, held: Collection[str]) -> QuerySet[Interest]:
    rows = Interest.objects.filter(context=context).order_by()
    if context == AWARDS:
        rows = rows.filter(Q(evidence_key__in=held) | Q(evidence_key__startswith="manual:"))
    return rows


def plans_in(context: str, *, held: Collection[str] = ()) -> list[Plan]:
    """Return the plans that listen to a context, in one query; for ``awards``, to the evidence keys ``held``."""
    return plans(_heard_in(context, held).values_list("version_id", "run").distinct())


def plans_through(gate: Expression, context: str, *, held: Collection[str] = ()) -> list[Plan] | None:
    """Return the same through a learner's gate, in one query too: none when it is shut, None when there is no gate.

    ``gate`` is the column that ``evidence.gates.through`` gives: 0 open, 1 shut. Without a plan nobody goes through.
    """
    rows = _heard_in(context, held).annotate(gate=gate).values_list("version_id", "run", "gate").distinct()
    found = list(rows)
    if any(shut is None for _, _, shut in found):
        return None
    return plans((version_id, run) for version_id, run, shut in found if not shut)


def plans_of(microcredential: Microcredential) -> list[Plan]:
    """Return the live plans of one microcredential."""
    rows = Interest.objects.filter(version__microcredential=microcredential)
    return plans(rows.order_by().values_list("version_id", "run").distinct())


def listeners() -> set[tuple[str, int]]:
    """Name every context that somebody listens to, with each version (by id) that does."""
    return set(Interest.objects.order_by().values_list("context", "version_id").distinct())


def keys_in(context: str) -> set[str]:
    """Name the evidence keys somebody listens to in a context."""
    return set(Interest.objects.filter(context=context).order_by().values_list("evidence_key", flat=True).distinct())
