"""The definition document (``format: microcredential/1``) as frozen classes.

``parse.py`` makes them from a mapping and writes them back; ``schema.json`` describes the same shape for others.
Grades and percentages are ``Decimal``: a float would round a threshold.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal
from uuid import UUID

FORMAT = "microcredential/1"
HOME = "home"  #: in a document, the run the definition is bound to


@dataclass(frozen=True, slots=True)
class Completion:
    """At least ``percent`` (1…100) of what can be completed in a block (leaf, unit, section …) is complete."""

    block: str
    percent: Decimal = Decimal(100)


@dataclass(frozen=True, slots=True)
class SubsectionGrade:
    """The grade of a subsection is at least ``minimum`` (a fraction above 0, up to 1)."""

    block: str
    minimum: Decimal


@dataclass(frozen=True, slots=True)
class CourseGrade:
    """The grade of a course run is at least ``minimum`` (a fraction above 0, up to 1)."""

    course: str
    minimum: Decimal


@dataclass(frozen=True, slots=True)
class CoursePassed:
    """The learner is passing a course run."""

    course: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """The learner holds a valid certificate of a course run."""

    course: str


@dataclass(frozen=True, slots=True)
class HeldMicrocredential:
    """The learner holds another microcredential (``microcredential: {uuid: …}``): this is what makes a stack."""

    uuid: UUID


@dataclass(frozen=True, slots=True)
class Manual:
    """A member of staff confirms the milestone; ``prompt`` says what they confirm. At most one in a milestone."""

    prompt: str


class Rule(StrEnum):
    """How a group is written; each means "at least ``count`` of these"."""

    ALL = "all"
    ANY = "any"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Group:
    """At least ``count`` of the requirements ``of`` are met. Never empty: nothing may be earned by doing nothing."""

    rule: Rule
    count: int
    of: tuple["Requirement", ...]


Condition = Completion | SubsectionGrade | CourseGrade | CoursePassed | Certificate | HeldMicrocredential | Manual
Requirement = Condition | Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A named step; ``badge`` says whether it is awarded a badge of its own."""

    key: str
    title: str
    require: Requirement
    badge: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How the badge is drawn (``microcred_plugin.artwork``)."""

    shape: Literal["hexagon", "circle", "shield", "square", "star"] = "hexagon"
    colour: str = "#0b5cad"
    icon: str = "award"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """The badge's picture: drawn from ``design``, or a ``file`` of the author's."""

    design: Design = field(default_factory=Design)
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Whose evidence counts: ``enrolled`` in the home run; in one of ``modes`` (empty = any)."""

    enrolled: bool = True
    modes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When it can be earned; evidence dated after ``closes`` does not count, before ``opens`` nothing is awarded."""

    opens: datetime | None = None
    closes: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What happens to an award afterwards."""

    regression: Literal["keep", "hold", "revoke"] = "keep"
    grace_days: int = 0
    expires_after_months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What an employer wants to know about the learning (EU Council Recommendation 2022/C 243/02, Annex I)."""

    outcomes: tuple[str, ...] = ()
    workload_hours: Decimal | None = None
    ects: Decimal | None = None
    eqf_level: int | None = None
    assessment: Literal["none", "ungraded", "graded", "proctored"] = "none"
    participation: Literal["online", "onsite", "blended"] = "online"
    supervision: Literal["none", "remote", "onsite"] = "none"
    identity_check: Literal["none", "remote", "onsite"] = "none"
    quality_assurance: str | None = None
    prerequisites: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """A skill the microcredential shows; ``uri`` in the ``framework`` (ESCO, O*NET …) if it has one."""

    name: str
    uri: str = ""
    framework: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One definition document; ``award_when`` is how many of the milestones must be earned."""

    slug: str
    title: str
    issuer: str
    milestones: tuple[Milestone, ...]
    award_when: int  #: 1 … number of milestones; ``all`` in the document is all of them
    description: str = ""
    type: str = "MicroCredential"
    language: str = "en"
    image: Image = field(default_factory=Image)
    eligibility: Eligibility = field(default_factory=Eligibility)
    window: Window = field(default_factory=Window)
    stackable: bool = True
    policy: Policy = field(default_factory=Policy)
    quality: Quality = field(default_factory=Quality)
    skills: tuple[Skill, ...] = ()
