"""From many learners and plans to evidence, with a number of queries that depends on neither."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey

from microcred_plugin.awards.models import Award
from microcred_plugin.compat import platform
from microcred_plugin.compat.port import Grade
from microcred_plugin.criteria.verdict import Evidence, EvidenceLevel, Fact, Need
from microcred_plugin.data import AwardState
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.evidence import readers
from microcred_plugin.flows.counting import Countable, countable
from microcred_plugin.structure import api as structure

#: The id of a learner who has shown nothing: databases begin to count at 1.
NOBODY = 0
_ONE = Decimal(1)
_NOTHING = readers.Completed()


@lru_cache(maxsize=20_000)
def course_of(block_key: str) -> str:
    """Name the course run of a block; '' for what is no block key."""
    try:
        return str(UsageKey.from_string(block_key).context_key)
    except InvalidKeyError:
        return ""


class Gathered:
    """What is known about some learners for some plans: read once, then asked learner by learner.

    Of learners who are known to have shown nothing (``untouched``) only that is read which makes their zeros differ:
    who is enrolled, and who sees what.
    """

    def __init__(
        self, user_ids: Sequence[int], plans: Sequence[Plan], awards: Iterable[Award], *, untouched: bool = False
    ) -> None:
        self._refs: dict[str, set[str]] = defaultdict(set)
        for plan in plans:
            for need in plan.needs:
                self._refs[need.kind].add(need.ref)
        self._awards = {(row.user_id, str(row.microcredential.uuid)): row for row in awards if not row.milestone_key}
        self._read_enrolments(user_ids, plans)
        shown_by = () if untouched else user_ids
        self._read_completions(user_ids, shown_by)
        self._read_assessments(shown_by)
        with_manual = {plan.microcredential_id for plan in plans if any(need.kind == "manual" for need in plan.needs)}
        self._confirmed = readers.confirmations(shown_by, with_manual) if with_manual and shown_by else {}

    def _read_enrolments(self, user_ids: Collection[int], plans: Sequence[Plan]) -> None:
        runs = {plan.run for plan in plans if plan.run and plan.definition.eligibility.enrolled}
        self._enrolments = platform().enrolments(user_ids, runs) if runs else {}

    def _read_completions(self, user_ids: Collection[int], shown_by: Collection[int]) -> None:
        courses = {course_of(ref) for ref in self._refs["completion"]} - {""}
        outlines = structure.recent_many(courses)
        leaves: dict[str, set[str]] = defaultdict(set)
        restricted: dict[str, set[str]] = defaultdict(set)
        self._countable: dict[str, Countable] = {}
        for ref in self._refs["completion"]:
            course = course_of(ref)
            found = countable(outlines[course], ref) if course in outlines else None
            if found is not None:
                self._countable[ref] = found
                leaves[course].update(found.keys)
                restricted[course].update(found.restricted)
        self._completed = readers.completions(shown_by, leaves)
        self._visible: dict[int, set[str]] = defaultdict(set)
        for course, keys in restricted.items():
            for user_id, visible in (platform().visible_blocks(user_ids, course, keys) if keys else {}).items():
                self._visible[user_id].update(visible)

    def _read_assessments(self, user_ids: Collection[int]) -> None:
        ask, refs = platform(), self._refs if user_ids else defaultdict[str, set[str]](set)
        courses = refs["course_grade"] | refs["course_passed"]
        self._subsections = ask.subsection_grades(user_ids, blocks) if (blocks := refs["subsection_grade"]) else {}
        self._courses = ask.course_grades(user_ids, courses) if courses else {}
        self._certificates = ask.certificates(user_ids, held) if (held := refs["certificate"]) else {}

    def is_eligible(self, user_id: int, plan: Plan) -> bool:
        """Say whether this learner's evidence counts."""
        eligibility = plan.definition.eligibility
        if not plan.run or not eligibility.enrolled:
            return True
        mode = self._enrolments.get((user_id, plan.run))
        return mode is not None and (not eligibility.modes or mode in eligibility.modes)

    def evidence(self, user_id: int, plan: Plan) -> Evidence:
        """Return what counts for this learner and plan; of one who is not eligible, what nobody has shown."""
        counted = user_id if self.is_eligible(user_id, plan) else NOBODY
        facts = ((need.evidence_key, self._fact(counted, plan, need)) for need in plan.needs)
        return {key: fact for key, fact in facts if fact is not None}

    def _fact(self, user_id: int, plan: Plan, need: Need) -> Fact | None:
        closes = plan.definition.window.closes
        match need.kind:
            case "completion":
                return self._completion(user_id, need.ref, closes)
            case "subsection_grade":
                return _graded(self._subsections.get((user_id, need.ref)), closes)
            case "course_grade":
                return _graded(self._courses.get((user_id, need.ref)), closes)
            case "course_passed":
                grade = self._courses.get((user_id, need.ref))
                return _happened(grade.at, closes) if grade and grade.passed else None
            case "certificate":
                made = self._certificates.get((user_id, need.ref))
                return _happened(made, closes) if made else None
            case "award":
                return self._award(user_id, need.ref, closes)
            case _:
                at = self._confirmed.get((user_id, plan.microcredential_id, need.ref))
                return _happened(at, closes) if at else None

    def _completion(self, user_id: int, block_key: str, closes: datetime | None) -> Fact | None:
        block = self._countable.get(block_key)
        if block is None:
            return None
        return block.fact(self._completed.get(user_id, _NOTHING), self._visible.get(user_id, ()), closes)

    def _award(self, user_id: int, uuid: str, closes: datetime | None) -> Fact | None:
        row = self._awards.get((user_id, uuid))
        if row is None or row.state != AwardState.GRANTED:
            return None
        return _happened(row.granted_at, closes, EvidenceLevel[row.evidence_level.upper()])


def _graded(grade: Grade | None, closes: datetime | None) -> Fact | None:
    if grade is None or _too_late(grade.at, closes):
        return None
    return Fact(have=grade.fraction, at=grade.at)


def _happened(at: datetime | None, closes: datetime | None, level: EvidenceLevel | None = None) -> Fact | None:
    return None if _too_late(at, closes) else Fact(have=_ONE, at=at, level=level)


def _too_late(at: datetime | None, closes: datetime | None) -> bool:
    return at is not None and closes is not None and at > closes


def award_uuids(definitions: Iterable[Plan]) -> set[str]:
    """Name the microcredentials that these plans build on."""
    return {need.ref for plan in definitions for need in plan.needs if need.kind == "award"}
