"""Works out grades from scores by the course's grading policy, as the platform does."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from microcred_plugin.compat.port import Grade
from microcred_plugin.sandbox.content import BANKS, Node
from microcred_plugin.sandbox.models import Score

_PLACES = Decimal("0.0001")
_DEFAULT_CUTOFF = Decimal("0.5")
Scores = Mapping[str, Score]  # one learner's, by block key


@dataclass(frozen=True, slots=True)
class Points:
    """``earned`` of ``possible`` points; ``at`` is when a score among them last changed, None before any attempt."""

    earned: Decimal = Decimal(0)
    possible: Decimal = Decimal(0)
    at: datetime | None = None

    def __add__(self, other: "Points") -> "Points":
        times = [time for time in (self.at, other.at) if time is not None]
        return Points(self.earned + other.earned, self.possible + other.possible, max(times, default=None))

    @property
    def fraction(self) -> Decimal:
        """The part earned, 0…1, rounded down to four places."""
        if self.possible <= 0:
            return Decimal(0)
        return min(self.earned / self.possible, Decimal(1)).quantize(_PLACES, rounding=ROUND_DOWN)


def subsections(root: Node) -> list[Node]:
    """Give the subsections of a course in reading order."""
    return [node for node in root.walk() if node.type == "sequential"]


def points(node: Node, scores: Scores) -> Points:
    """Add up what is below a node; of a bank, as many blocks as a learner is given, those attempted first."""
    if node.children:
        below = [points(child, scores) for child in node.children]
        return sum(_given(node, below), Points())
    if node.max_score is None or node.fields.get("staff_only"):
        return Points()
    score = scores.get(node.key)
    return Points(possible=node.max_score) if score is None else Points(score.earned, score.possible, score.modified)


def _given(node: Node, below: list[Points]) -> list[Points]:
    count = node.fields.get("max_count", 1)
    if node.type not in BANKS or count < 0:
        return below
    return sorted(below, key=lambda one: (one.at is None, -one.fraction))[:count]


def subsection_grade(node: Node, scores: Scores) -> Grade | None:
    """Give the grade of a subsection; None before any attempt."""
    total = points(node, scores)
    return None if total.at is None else Grade(total.fraction, total.at)


def course_grade(root: Node, policy: Mapping[str, Any], scores: Scores) -> Grade | None:
    """Give the grade of a course by its policy; None before any attempt."""
    parts = [(node, points(node, scores)) for node in subsections(root)]
    times = [part.at for _, part in parts if part.at is not None]
    if not times:
        return None
    fraction = _weighted(policy, parts) if policy.get("GRADER") else _mean(_counted(parts))
    return Grade(fraction, max(times), passed=0 < fraction >= cutoff(policy))


def cutoff(policy: Mapping[str, Any]) -> Decimal:
    """Give the lowest grade that passes."""
    cutoffs = [Decimal(str(value)) for value in policy.get("GRADE_CUTOFFS", {}).values()]
    return min(cutoffs, default=_DEFAULT_CUTOFF)


def _counted(parts: Iterable[tuple[Node, Points]]) -> list[Decimal]:
    """Without a policy the graded subsections count, and where none is graded, all that have something to score."""
    scored = [(node, part) for node, part in parts if part.possible > 0]
    graded = [part.fraction for node, part in scored if node.fields.get("graded")]
    return graded or [part.fraction for _, part in scored]


def _weighted(policy: Mapping[str, Any], parts: Iterable[tuple[Node, Points]]) -> Decimal:
    by_format: dict[str, list[Decimal]] = defaultdict(list)
    for node, part in parts:
        if node.fields.get("graded") and part.possible > 0:
            by_format[node.fields.get("format", "")].append(part.fraction)
    total = Decimal(0)
    for grader in policy["GRADER"]:
        fractions = _dropped(by_format[grader.get("type", "")], grader)
        total += Decimal(str(grader.get("weight", 0))) * _mean(fractions)
    return min(total, Decimal(1)).quantize(_PLACES, rounding=ROUND_DOWN)


def _dropped(fractions: list[Decimal], grader: Mapping[str, Any]) -> list[Decimal]:
    """Fill up to ``min_count`` with zeros, then leave out the ``drop_count`` lowest."""
    padded = fractions + [Decimal(0)] * (int(grader.get("min_count") or 0) - len(fractions))
    return sorted(padded)[int(grader.get("drop_count") or 0) :]


def _mean(fractions: list[Decimal]) -> Decimal:
    return (sum(fractions, Decimal(0)) / len(fractions)).quantize(_PLACES, ROUND_DOWN) if fractions else Decimal(0)
