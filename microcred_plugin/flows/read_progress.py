"""What learners see: from what is stored, and judged afresh where that may be stale. Writes nothing about them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from microcred_plugin.awards import api as awards
from microcred_plugin.awards.models import Award
from microcred_plugin.criteria.binding import bind
from microcred_plugin.criteria.evaluate import evaluate
from microcred_plugin.criteria.facts import from_json
from microcred_plugin.data import ProgressData
from microcred_plugin.definitions import offered
from microcred_plugin.definitions.interest import AWARDS
from microcred_plugin.definitions.offered import Neighbour, Offered
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.evidence import listening, outbox
from microcred_plugin.flows.describe import NEIGHBOUR, describe
from microcred_plugin.flows.gather import NOBODY
from microcred_plugin.flows.judge import judge
from microcred_plugin.flows.standing import Standing
from microcred_plugin.progress import api as progress
from microcred_plugin.progress.api import Judgement
from microcred_plugin.progress.models import Progress

Standings = dict[tuple[int, str], Standing]
Judged = Sequence[tuple[Plan, Judgement]]


def course_progress(user_id: int | None, run: str) -> tuple[ProgressData, ...]:
    """Return everything offered in a run as this learner sees it; zero progress without a learner.

    What was retired is there for those who hold it, and for nobody else.
    """
    shown = offered.shown_in(run)
    return tuple(one for one in _described(user_id, shown, run) if one.state != "retired" or one.award)


def one_progress(user_id: int | None, uuid: UUID, run: str) -> ProgressData:
    """Return one microcredential as this learner sees it, also when it was retired; NotFound."""
    shown = offered.shown_in(run)
    found = [one for one in shown.offered if one.plan.uuid == uuid]
    if found:
        return _described(user_id, offered.Shown(found, shown.neighbours), run)[0]
    elsewhere = [offered.one(uuid, run)]
    return _described(user_id, offered.Shown(elsewhere, offered.neighbours(elsewhere)), run)[0]


def _described(user_id: int | None, shown: offered.Shown, run: str) -> tuple[ProgressData, ...]:
    found, others = shown
    return describe(found, standings_of(user_id, found, others, run), others)


def standings_of(user_id: int | None, shown: Sequence[Offered], others: Sequence[Neighbour], run: str) -> Standings:
    """Say how a learner stands with what is shown and its neighbours: four queries when what is stored is fresh."""
    plans = [one.plan for one in shown]
    if user_id is None:
        return {plan.key: Standing(nobody.verdict) for plan, nobody in judge([NOBODY], plans, untouched=True)}
    if not plans:
        return {}
    versions = {plan.version_id for plan in plans} | {other.version_id for other in others}
    stored = progress.read([user_id], versions)
    microcredentials = {plan.microcredential_id for plan in plans} | {other.microcredential_id for other in others}
    held = _by_microcredential(awards.of_learners([user_id], (), microcredentials))
    fresh = _fresh(user_id, shown, stored, run)
    found = {plan.key: _stored(plan, stored.get((user_id, *plan.key)), held) for plan in plans}
    for plan, judgement in fresh:
        own = held.get(plan.microcredential_id, {})
        found[plan.key] = Standing(judgement.verdict, judgement.eligible, None, own)
    for other in others:
        found[other.version_id, NEIGHBOUR] = _neighbour(other, stored.values(), held)
    return found


def _fresh(user_id: int, shown: Sequence[Offered], stored: dict[progress.Key, Progress], run: str) -> Judged:
    """Judge afresh what may be stale: all while the learner waits in the outbox, whom this wakes a worker for.

    One without a row may be of a learner who did something before anybody listened, until everybody was judged by it.
    """
    if outbox.wake(user_id, [run, AWARDS]):
        return judge([user_id], [one.plan for one in shown])
    unseen = [one for one in shown if (user_id, *one.plan.key) not in stored]
    settled = all(listening.is_settled(one.plan.version_id) for one in unseen if one.live)
    return judge([user_id], [one.plan for one in unseen], untouched=settled)


def _stored(plan: Plan, row: Progress | None, held: dict[int, dict[str, Award]]) -> Standing:
    own = held.get(plan.microcredential_id, {})
    if row is None:
        return Standing(evaluate(plan.definition, {}), awards=own)
    return Standing(evaluate(plan.definition, from_json(row.evidence)), row.eligible, row.computed_at, own)


def _neighbour(other: Neighbour, rows: Iterable[Progress], held: dict[int, dict[str, Award]]) -> Standing:
    """A neighbour may be earned in several runs: the one in which the learner is furthest counts."""
    best = max((row for row in rows if row.version_id == other.version_id), key=lambda row: row.fraction, default=None)
    # Stored evidence names absolute blocks, which an unbound definition does not ask for: bind it to the row's run.
    definition = other.definition if best is None or not best.run else bind(other.definition, best.run)
    verdict = evaluate(definition, from_json(best.evidence) if best else {})
    return Standing(verdict, awards=held.get(other.microcredential_id, {}))


def _by_microcredential(rows: Iterable[Award]) -> dict[int, dict[str, Award]]:
    found: dict[int, dict[str, Award]] = {}
    for row in rows:
        found.setdefault(row.microcredential_id, {})[row.milestone_key] = row
    return found
