"""Why does this learner have this, or not? Judged now from what is there, for the learner and for staff."""

from typing import Any

from microcred_plugin.awards import api as awards
from microcred_plugin.awards.models import Award
from microcred_plugin.criteria.explain import verdict_dict
from microcred_plugin.definitions import api as definitions
from microcred_plugin.definitions import interest, versions
from microcred_plugin.definitions.models import Microcredential
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.errors import NotAllowed, NotFound
from microcred_plugin.flows.judge import judge


def explain(user_id: int, name: str, run: str | None) -> dict[str, Any]:
    """Return the verdict of now, and the award as it was given, as JSON-able data; fractions are strings.

    Of several runs, and when none is named, the one in which the learner is furthest.
    """
    row = definitions.find(name)
    judged = judge([user_id], _plans(row, run))
    plan, judgement = max(judged, key=lambda pair: pair[1].verdict.fraction)
    return {
        "microcredential": row.slug,
        "issuer": row.issuer.short_name,
        "uuid": str(row.uuid),
        "version": plan.num,
        "run": plan.run,
        "eligible": judgement.eligible,
        **verdict_dict(judgement.verdict),
        "award": _award(awards.detailed(user_id=user_id, microcredential=row, milestone_key="").first()),
        "badges": [
            _award(badge) for badge in awards.detailed(user_id=user_id, microcredential=row).exclude(milestone_key="")
        ],
    }


def _plans(row: Microcredential, run: str | None) -> list[Plan]:
    """The live plans; for one that was retired, those it had."""
    if row.current_version is None:
        raise NotAllowed(f"{row} was never published, so nobody can have earned it. Publish it first.")
    runs = definitions.active_runs(row) or [""]
    found = interest.plans_of(row) or versions.plans((row.current_version.pk, one) for one in runs)
    chosen = [plan for plan in found if run is None or plan.run == run]
    if not chosen:
        known = ", ".join(plan.run or "no run" for plan in found)
        raise NotFound(f"{row} cannot be earned in {run}. It can in: {known}.")
    return chosen


def _award(row: Award | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "uuid": str(row.uuid),
        "title": row.title,
        "milestone": row.milestone_key,
        "state": row.state,
        "evidence_level": row.evidence_level,
        "granted_at": row.granted_at.isoformat(),
        "expires_at": row.expires_at.isoformat() if row.expires_at else None,
        "version": row.version.num,
        "run": row.run,
        "why": row.why,
        "history": [
            {"kind": event.kind, "at": event.at.isoformat(), "reason": event.reason, "by": event.actor_id}
            for event in row.events.all()
        ],
    }
