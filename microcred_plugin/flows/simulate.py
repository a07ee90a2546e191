"""What would a definition do to the learners of a run? The same engine, nothing written."""

from collections import Counter
from collections.abc import Iterator, Mapping

from django.utils import translation

from microcred_plugin.compat import platform
from microcred_plugin.conf import settings
from microcred_plugin.criteria import explain
from microcred_plugin.criteria.document import Condition, Definition
from microcred_plugin.criteria.parse import parse
from microcred_plugin.criteria.phrases import phrase
from microcred_plugin.criteria.verdict import Verdict
from microcred_plugin.data import MissingCount, Simulation
from microcred_plugin.definitions import api as definitions
from microcred_plugin.definitions import drafts, names
from microcred_plugin.definitions.models import Microcredential
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.evidence import gates
from microcred_plugin.flows import check as checking
from microcred_plugin.flows.gather import course_of
from microcred_plugin.flows.judge import judge
from microcred_plugin.flows.learners import learners_in
from microcred_plugin.flows.preview import plan_of
from microcred_plugin.flows.publish import refuse
from microcred_plugin.structure import api as structure


def simulate(
    source: Mapping[str, object] | str, run: str, *, by: int | None = None, after: int = 0, at_most: int | None = None
) -> Simulation:
    """Judge every learner of a run by a document, or by the newest definition of a name; InvalidDefinition.

    With ``at_most``, only so many learners above the id ``after``; ``Simulation.next`` then says where to go on.
    """
    definition, row = _definition(source)
    if not after:  # who goes on has heard of it
        refuse(iter(checking.check(definition, run, by=by)))
    return _count(plan_of(definition, row, run), after, at_most)


def _definition(source: Mapping[str, object] | str) -> tuple[Definition, Microcredential | None]:
    if isinstance(source, str):
        row = definitions.find(source)
        return parse(drafts.of(row).document), row
    definition = parse(names.located(source))
    name = {"issuer__short_name": definition.issuer, "slug": definition.slug}
    return definition, Microcredential.objects.filter(**name).first()


def _count(plan: Plan, after: int, at_most: int | None) -> Simulation:
    learners = earned = 0
    milestones: Counter[str] = Counter({item.key: 0 for item in plan.definition.milestones})
    lacking: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    texts: dict[str, str] = {}
    titles = _titles(plan)
    chunk = min(settings.MICROCRED_BACKFILL_CHUNK, at_most or settings.MICROCRED_BACKFILL_CHUNK)
    left = at_most
    while users := learners_in(plan.run, [plan], after=after, limit=chunk):
        for _, judgement in judge(gates.leave_out(users), [plan]):
            verdict = judgement.verdict
            learners, earned = learners + 1, earned + verdict.earned
            milestones.update(item.key for item in verdict.milestones if item.earned)
            parts = dict(_missing(verdict))
            lacking.update(parts.keys())
            alone.update(parts.keys() if len(parts) == 1 else ())
            for path, condition in parts.items():
                if path not in texts:  # in everybody's words, not those of the first who lacks it
                    texts[path] = phrase(condition, translation, titles)
        after = users[-1]
        if left is not None and (left := left - len(users)) <= 0:
            break
    counted = (
        MissingCount(path=path, text=texts[path], learners=number, only_this=alone[path])
        for path, number in lacking.most_common()
    )
    return Simulation(
        run=plan.run,
        learners=learners,
        would_earn=earned,
        milestones=dict(milestones),
        missing=tuple(counted),
        next=after if users else None,
    )


def _titles(plan: Plan) -> dict[str, str]:
    """Name what a plan asks for: blocks, courses, microcredentials."""
    named: dict[str, str] = dict(definitions.titles(need.ref for need in plan.needs if need.kind == "award"))
    blocks = {need.ref for need in plan.needs if need.kind in ("completion", "subsection_grade")}
    for outline in structure.recent_many({course_of(key) for key in blocks}).values():
        named |= {key: outline.items[key].title for key in blocks if key in outline.items}
    for run in {need.ref for need in plan.needs if need.kind in ("course_grade", "course_passed", "certificate")}:
        if (course := platform().course(run)) is not None:
            named[run] = course.title
    return named


def _missing(verdict: Verdict) -> Iterator[tuple[str, Condition]]:
    """Yield each condition a learner lacks by its path in the document."""
    if verdict.earned:
        return
    for number, milestone in enumerate(verdict.milestones):
        for part in explain.missing(milestone):
            yield f"milestones[{number}].{part.path}", part.condition
