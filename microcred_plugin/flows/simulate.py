"""What would a definition do to the learners of a run? The same engine, nothing written."""

from collections import Counter
from collections.abc import Iterator, Mapping
from uuid import uuid4

from microcred_plugin.conf import settings
from microcred_plugin.criteria import explain
from microcred_plugin.criteria.binding import bind
from microcred_plugin.criteria.document import Definition
from microcred_plugin.criteria.explain import Part
from microcred_plugin.criteria.needs import needs
from microcred_plugin.criteria.parse import parse
from microcred_plugin.criteria.verdict import Verdict
from microcred_plugin.data import MissingCount, Simulation
from microcred_plugin.definitions import api as definitions
from microcred_plugin.definitions.models import Microcredential
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.evidence import gates
from microcred_plugin.flows import check as checking
from microcred_plugin.flows.describe import Names, missing
from microcred_plugin.flows.judge import judge
from microcred_plugin.flows.learners import learners_in
from microcred_plugin.flows.publish import refuse


def simulate(source: Mapping[str, object] | str, run: str) -> Simulation:
    """Judge every learner of a run by a document, or by the newest definition of a slug; InvalidDefinition."""
    definition, row = _definition(source)
    refuse(iter(checking.check(definition, run)))
    bound = bind(definition, run)
    plan = Plan(
        version_id=0,
        num=0,
        run=run,
        microcredential_id=row.pk if row else 0,
        uuid=row.uuid if row else uuid4(),
        definition=bound,
        needs=needs(bound),
    )
    return _count(plan)


def _definition(source: Mapping[str, object] | str) -> tuple[Definition, Microcredential | None]:
    if isinstance(source, str):
        row = definitions.find(source)
        return parse(definitions.draft_of(row).document), row
    definition = parse(source)
    name = {"issuer__short_name": definition.issuer, "slug": definition.slug}
    return definition, Microcredential.objects.filter(**name).first()


def _count(plan: Plan) -> Simulation:
    learners = earned = after = 0
    milestones: Counter[str] = Counter({item.key: 0 for item in plan.definition.milestones})
    lacking: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    texts: dict[str, str] = {}
    names = Names([], [], {need.ref for need in plan.needs if need.kind in ("completion", "subsection_grade")})
    while users := learners_in(plan.run, [plan], after=after, limit=settings.MICROCRED_BACKFILL_CHUNK):
        for _, judgement in judge(gates.leave_out(users), [plan]):
            verdict = judgement.verdict
            learners, earned = learners + 1, earned + verdict.earned
            milestones.update(item.key for item in verdict.milestones if item.earned)
            parts = dict(_missing(verdict))
            lacking.update(parts.keys())
            alone.update(parts.keys() if len(parts) == 1 else ())
            for path, (key, part) in parts.items():
                texts.setdefault(path, missing(part, key, names).text)
        after = users[-1]
    counted = (
        MissingCount(path=path, text=texts[path], learners=number, only_this=alone[path])
        for path, number in lacking.most_common()
    )
    return Simulation(
        run=plan.run, learners=learners, would_earn=earned, milestones=dict(milestones), missing=tuple(counted)
    )


def _missing(verdict: Verdict) -> Iterator[tuple[str, tuple[str, Part]]]:
    """Yield each condition a learner lacks: its path in the document → its milestone's key and the part."""
    if verdict.earned:
        return
    for number, milestone in enumerate(verdict.milestones):
        for part in explain.missing(milestone):
            yield f"milestones[{number}].{part.path}", (milestone.key, part)
