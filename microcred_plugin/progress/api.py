"""Reading and writing the latest verdicts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from microcred_plugin.criteria import facts
from microcred_plugin.criteria.verdict import Evidence, Verdict
from microcred_plugin.progress.models import Progress

Key = tuple[int, int, str]  #: user id, version id, run
_COMPARED = ("eligible", "earned", "fraction", "evidence_level", "evidence")
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on a learner for a version in a run, and the evidence it was made of."""

    user_id: int
    version_id: int
    run: str
    eligible: bool
    evidence: Evidence
    verdict: Verdict

    @property
    def key(self) -> Key:
        """Whose and which verdict it is."""
        return self.user_id, self.version_id, self.run

    @property
    def shows_something(self) -> bool:
        """Whether the learner has done anything that counts."""
        return any(fact.have > 0 for fact in self.evidence.values())


def _rows(user_ids: Collection[int], version_ids: Collection[int]) -> QuerySet[Progress]:
    return Progress.objects.filter(user_id__in=user_ids, version_id__in=version_ids)


def _keyed(rows: Iterable[Progress]) -> dict[Key, Progress]:
    return {(row.user_id, row.version_id, row.run): row for row in rows}


def read(user_ids: Collection[int], version_ids: Collection[int]) -> dict[Key, Progress]:
    """Return the stored verdicts of these learners for these versions."""
    return _keyed(_rows(user_ids, version_ids))


def lock(user_ids: Collection[int], version_ids: Collection[int]) -> dict[Key, Progress]:
    """Return the stored verdicts and hold them until the transaction ends.

    Whoever judges locks first and reads evidence then: so of two who judge one learner at once, the one who writes last
    has read last.
    """
    return _keyed(_rows(user_ids, version_ids).order_by("pk").select_for_update())


def store(stored: Mapping[Key, Progress], judgements: Iterable[Judgement], *, at: datetime) -> None:
    """Write the verdicts that differ from what is stored, two statements at most.

    A learner who has shown nothing gets no row. IntegrityError when another worker wrote a learner's first verdict
    meanwhile: judge again, their evidence may be newer.
    """
    new, changed = [], []
    for judgement in judgements:
        row = stored.get(judgement.key)
        if row is None:
            if judgement.shows_something:
                new.append(_fill(_empty(judgement), judgement, at))
        elif _differs(row, judgement):
            changed.append(_fill(row, judgement, at))
    Progress.objects.bulk_create(new, batch_size=_BATCH)
    if changed:
        Progress.objects.bulk_update(changed, [*_COMPARED, "computed_at"], batch_size=_BATCH)


def _empty(judgement: Judgement) -> Progress:
    return Progress(user_id=judgement.user_id, version_id=judgement.version_id, run=judgement.run)


def _values(judgement: Judgement) -> dict[str, Any]:
    return {
        "eligible": judgement.eligible,
        "earned": judgement.verdict.earned,
        "fraction": judgement.verdict.fraction,
        "evidence_level": judgement.verdict.level.label,
        "evidence": facts.to_json(judgement.evidence),
    }


def _differs(row: Progress, judgement: Judgement) -> bool:
    return any(getattr(row, name) != value for name, value in _values(judgement).items())


def _fill(row: Progress, judgement: Judgement, at: datetime) -> Progress:
    for name, value in {**_values(judgement), "computed_at": at}.items():
        setattr(row, name, value)
    return row


def differs(row: Progress | None, judgement: Judgement) -> bool:
    """Say whether what is stored is not what the judgement says."""
    return judgement.shows_something if row is None else _differs(row, judgement)
