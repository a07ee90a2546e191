"""What judging a definition against evidence takes in and gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum

from microcred_plugin.criteria.document import Requirement


class EvidenceLevel(IntEnum):
    """How far an award can be trusted; a greater level is a stronger claim (DESIGN "Trust")."""

    NONE = 0  #: nothing shown yet
    PARTICIPATION = 1  #: completion, which the learner's own browser reports
    ASSESSED = 2  #: grades, passing, certificates: the platform computed them
    VERIFIED = 3  #: a member of staff confirmed

    @property
    def label(self) -> str:
        """The level's name in documents and JSON: ``none``, ``participation``, ``assessed``, ``verified``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """The name of one fact: ``kind`` is the condition's name in the document, ``ref`` a key, a uuid or a milestone."""

    kind: str  #: completion, subsection_grade, course_grade, course_passed, certificate, award, manual
    ref: str

    @property
    def evidence_key(self) -> str:
        """The evidence key, ``completion:block-v1:…``, as stored in the interest index."""
        return f"{self.kind}:{self.ref}"


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known about one learner for one need: ``have`` of ``of``.

    Completion: leaves complete of leaves there are; ``left`` names the units still to do, of ``units`` in all. Grades:
    the fraction, of 1. The others: 1 or 0, of 1. ``level`` is the level of an award that is evidence itself.
    """

    have: Decimal
    of: Decimal = Decimal(1)
    left: tuple[str, ...] = ()
    units: int = 0
    at: datetime | None = None
    level: "EvidenceLevel | None" = None


#: evidence key → fact. What is not there is not known, and counts as nothing.
Evidence = Mapping[str, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeVerdict:
    """The verdict on one requirement and those below it.

    ``fraction`` is 0…1, rounded down to four places, and 1 only when ``met``. For a condition, ``have`` and ``need``
    are in its own unit (completion: leaves; grades: fractions; others 0/1), and ``left`` names blocks still to do, of
    ``units`` in all. For a group they are the children met and the children needed.
    """

    requirement: Requirement
    met: bool
    fraction: Decimal
    level: EvidenceLevel
    have: Decimal = Decimal(0)
    need: Decimal = Decimal(1)
    left: tuple[str, ...] = ()
    units: int = 0
    at: datetime | None = None
    children: tuple["NodeVerdict", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneVerdict:
    """The verdict on one milestone."""

    key: str
    title: str
    badge: bool
    node: NodeVerdict

    @property
    def earned(self) -> bool:
        """Whether the milestone's requirement is met."""
        return self.node.met


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict on a whole definition; ``earned`` exactly when ``fraction`` is 1."""

    earned: bool
    fraction: Decimal
    level: EvidenceLevel
    milestones: tuple[MilestoneVerdict, ...]
