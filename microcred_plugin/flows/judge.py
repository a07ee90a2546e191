"""Judge learners: one way for one learner, a batch, a simulation and the proof. Reads only."""

from collections.abc import Sequence

from microcred_plugin.awards import api as awards
from microcred_plugin.awards.models import Award
from microcred_plugin.criteria.evaluate import evaluate
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.flows.gather import Gathered, award_uuids
from microcred_plugin.progress.api import Judgement


def judge(user_ids: Sequence[int], plans: Sequence[Plan], *, untouched: bool = False) -> list[tuple[Plan, Judgement]]:
    """Read what is known about the learners and judge each for each plan; ``untouched``: they have shown nothing."""
    if not user_ids or not plans:
        return []
    uuids = () if untouched else award_uuids(plans)
    held: list[Award] = awards.of_learners(user_ids, uuids, ()) if uuids else []
    gathered = Gathered(user_ids, plans, held, untouched=untouched)
    return [(plan, _judgement(gathered, user_id, plan)) for user_id in user_ids for plan in plans]


def _judgement(gathered: Gathered, user_id: int, plan: Plan) -> Judgement:
    evidence = gathered.evidence(user_id, plan)
    return Judgement(
        user_id=user_id,
        version_id=plan.version_id,
        run=plan.run,
        eligible=gathered.is_eligible(user_id, plan),
        evidence=evidence,
        verdict=evaluate(plan.definition, evidence),
    )
