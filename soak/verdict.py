"""Compares what the database holds with what the oracle says, and lays it out as rows with budgets."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.table import Row
from soak import apps
from soak.journal import Noted
from soak.latency import ALIVE, Window, group_of, grouped, percentile
from soak.learners import Kind, kind_of
from soak.options import PROMISED_SECONDS, Setup
from soak.oracle import Differences, Expected, Saved, differences, expectations
from soak.rules import Target

_ENOUGH = 50  #: waits without which a percentile says nothing
_GROUPS = {ALIVE: "all alive", "broker": "broker down or just back", "worker": "a worker down"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the run has left behind, beside the database."""

    setup: Setup
    ids: Sequence[int]  #: of the users, in the order of the learners
    noted: Sequence[Noted]
    seen: Mapping[tuple[int, Target], float]  #: (user id, award) → when another connection first saw it
    windows: Sequence[Window]


def expected(evidence: Evidence) -> dict[int, dict[Target, Expected]]:
    """Ask the oracle about every learner."""
    histories: dict[int, list[Saved]] = defaultdict(list)
    for one in evidence.noted:
        histories[one.saved.learner].append(one.saved)
    setup = evidence.setup
    return {
        learner: expectations(saved, enrolled=kind_of(setup, learner) is not Kind.STRANGER)
        for learner, saved in histories.items()
    }


def compare(evidence: Evidence, wanted: Mapping[int, Mapping[Target, Expected]]) -> Differences:
    """Compare with the awards in the database; somebody who is no learner of ours counts as learner -1."""
    from microcred_plugin.awards.models import Award

    numbers = {pk: number for number, pk in enumerate(evidence.ids)}
    rows = Award.objects.values_list("user_id", "microcredential__slug", "milestone_key", "state")
    counted: Counter[tuple[int, Target]] = Counter()
    for user_id, slug, key, state in rows:
        counted[numbers.get(user_id, -1), (slug, key)] += state == "granted"
    return differences(wanted, counted)


def rows(evidence: Evidence, where: str) -> Iterator[Row]:
    """Yield every row of the table."""
    wanted = expected(evidence)
    found = compare(evidence, wanted)
    promised = sum(one.must is True for own in wanted.values() for one in own.values())
    yield Row("awards that must be there", where, promised)
    yield Row("awards missing", where, len(found.missing), "", 0)
    yield Row("awards that nobody earned", where, len(found.undeserved), "", 0)
    yield Row("awards given twice", where, len(found.doubled), "", 0)
    yield from _told(where)
    yield from stuck(where)
    yield from _waits(evidence, wanted, where)
    yield from _requests(evidence, where)


def _told(where: str) -> Iterator[Row]:
    """Each award has one line of history and was announced once."""
    from microcred_plugin.awards.models import Award, AwardEvent

    awards = {str(uuid) for uuid in Award.objects.values_list("uuid", flat=True)}
    lines = Counter(map(str, AwardEvent.objects.values_list("award__uuid", flat=True)))
    heard = apps.heard()
    times = Counter(uuid for kind, uuid in heard if kind == "awarded")
    wrong = sum(times[uuid] != 1 for uuid in awards) + len(set(times) - awards)
    yield Row("awards not announced exactly once", where, wrong, "", 0)
    yield Row("announced as revoked", where, sum(kind == "revoked" for kind, _ in heard), "", 0)
    yield Row("awards without exactly one line of history", where, sum(lines[uuid] != 1 for uuid in awards), "", 0)


def stuck(where: str) -> Iterator[Row]:
    """Yield rows of what waits to be done; all at 0 is quiet."""
    from django.utils.timezone import now

    from microcred_plugin.awards.models import Award, Notice
    from microcred_plugin.evidence.models import Backfill, Pending

    unsaid = Award.objects.exclude(to_announce_since=None).count()
    overdue = Backfill.objects.filter(finished_at=None, due_at__lte=now()).count()
    yield Row("learners still waiting", where, Pending.objects.filter(parked_at=None).count(), "", 0)
    yield Row("learners parked", where, Pending.objects.exclude(parked_at=None).count(), "", 0)
    yield Row("announcements still waiting", where, unsaid, "", 0)
    yield Row("notices still waiting", where, Notice.objects.count(), "", 0)
    yield Row("backfills still waiting", where, overdue, "", 0)


def _waits(evidence: Evidence, wanted: Mapping[int, Mapping[Target, Expected]], where: str) -> Iterator[Row]:
    """How long each award took from the commit that earned it until another connection saw it."""
    measured = [
        (one.since, seen)
        for learner, own in wanted.items()
        for target, one in own.items()
        if one.since is not None and (seen := evidence.seen.get((evidence.ids[learner], target))) is not None
    ]
    groups = grouped(measured, evidence.windows)
    for group, name in _GROUPS.items():
        waits = groups.get(group, [])
        budget = PROMISED_SECONDS if group == ALIVE else None
        yield Row(f"award seen after the commit, {name}: number", where, len(waits))
        yield Row(f"award seen after the commit, {name}: p50", where, percentile(waits, 50), "s")
        yield Row(f"award seen after the commit, {name}: p95", where, percentile(waits, 95), "s", budget)
        yield Row(f"award seen after the commit, {name}: longest", where, percentile(waits, 100), "s")
    yield Row(f"waits short of the {_ENOUGH} that must be measured", where, max(_ENOUGH - len(groups[ALIVE]), 0), "", 0)


def _requests(evidence: Evidence, where: str) -> Iterator[Row]:
    """What the learners' own requests cost: the broker's absence must not be felt there."""
    groups: dict[str, list[float]] = defaultdict(list)
    for saved, took, _ in evidence.noted:
        groups[group_of(saved.at, evidence.windows)].append(took)
    late = sorted(one.late for one in evidence.noted if not one.saved.held)
    yield Row("commits", where, len(evidence.noted))
    yield Row("commits behind the plan: p95", where, percentile(late, 95), "s")
    for group, name in _GROUPS.items():
        times = sorted(groups[group])
        yield Row(f"a learner's request, {name}: p95", where, percentile(times, 95), "s")
        yield Row(f"a learner's request, {name}: longest", where, percentile(times, 100), "s")
