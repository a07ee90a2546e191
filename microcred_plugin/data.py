"""The frozen objects that the public API returns (standard library only).

Texts are plain (no HTML) and in the language they were written in; fractions are ``Decimal`` 0…1 rounded down to four
places; times are aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID


class Severity(StrEnum):
    """Errors stop a publish, warnings do not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the linter says about a definition; ``path`` is the place in the document, ``code`` is stable."""

    severity: Severity
    code: str
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between two definitions; ``counts``: it may alter who earns the microcredential."""

    path: str
    text: str
    counts: bool


class AwardState(StrEnum):
    """Where an award stands. Only ``granted`` counts as held."""

    GRANTED = "granted"
    HELD = "held"
    REVOKED = "revoked"
    EXPIRED = "expired"


class MicrocredentialState(StrEnum):
    """The lifecycle of a microcredential."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardEventData:
    """One line of an award's history."""

    kind: str  #: granted, held, revoked, restored, expired, superseded
    at: datetime
    reason: str
    actor_id: int | None  #: None: the plugin itself


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardData:
    """An award: a milestone's badge when ``milestone_key`` is set, else the whole microcredential."""

    uuid: UUID
    user_id: int
    microcredential_uuid: UUID
    slug: str
    issuer: str
    title: str
    milestone_key: str
    state: AwardState
    evidence_level: str
    granted_at: datetime
    expires_at: datetime | None
    version: int
    run: str
    image: Mapping[str, Any]  #: ``{"shape", "colour", "icon"}``
    why: Mapping[str, Any]  #: the verdict that earned it, as ``explain`` gives it
    history: tuple[AwardEventData, ...] = ()

    @property
    def held(self) -> bool:
        """Whether the learner holds it now."""
        return self.state == AwardState.GRANTED


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockLink:
    """A block a learner still has to do, with the learner's address of the unit it is in."""

    key: str
    type: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingData:
    """A requirement not met yet: its sentence for the learner, how far, and where to go."""

    requirement: str  #: its name in the document: completion, subsection_grade …
    text: str
    have: Decimal
    need: Decimal
    blocks: tuple[BlockLink, ...] = ()
    alternative: bool = False  #: something else can be done instead


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneData:
    """A milestone as one learner sees it; ``award`` is there when its badge was awarded."""

    key: str
    title: str
    description: str
    badge: bool
    earned: bool
    fraction: Decimal
    summary: str  #: one sentence: "3 of 5 units complete."
    missing: tuple[MissingData, ...]
    award: AwardData | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StackLink:
    """Another microcredential that this one counts towards, or is built on."""

    uuid: UUID
    slug: str
    title: str
    earned: bool
    image: Mapping[str, Any]
    segments: tuple[Decimal, ...] = ()  #: the learner's fraction of each of its milestones, in order; () = not known


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressData:
    """A microcredential as one learner sees it in one run; also the preview of one without a learner (all zero)."""

    uuid: UUID
    slug: str
    title: str
    description: str
    type: str
    issuer: str
    image: Mapping[str, Any]
    state: MicrocredentialState
    version: int
    run: str
    eligible: bool
    earned: bool
    fraction: Decimal
    evidence_level: str
    workload_hours: Decimal | None
    milestones: tuple[MilestoneData, ...]
    required_milestones: int
    award: AwardData | None
    counts_towards: tuple[StackLink, ...] = ()
    builds_on: tuple[StackLink, ...] = ()
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many learners of a run hold a microcredential, and how many have begun and not finished."""

    earned: int = 0
    under_way: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MicrocredentialData:
    """A microcredential as staff see it."""

    uuid: UUID
    slug: str
    title: str
    issuer: str
    state: MicrocredentialState
    version: int | None
    has_newer_draft: bool
    #: Where it can be earned, and the re-runs in which nobody has offered it yet.
    runs: tuple[str, ...]
    inactive_runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillReport:
    """What a backfill did, or would do: learners read, awards made."""

    slug: str
    run: str
    learners: int
    awards: int
    finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where what is stored differs from what the evidence says."""

    user_id: int
    slug: str
    run: str
    milestone_key: str
    problem: str  #: award_missing, award_unfounded, progress_stale
    fixed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What a definition would do to the learners of a run."""

    run: str
    learners: int
    would_earn: int
    milestones: Mapping[str, int]  #: milestone key → learners who would earn it
    missing: tuple["MissingCount", ...]  #: what keeps most learners, greatest first
    next: int | None = None  #: not everybody yet: go on above this id


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingCount:
    """How many learners lack one requirement, and how many lack this alone."""

    path: str
    text: str
    learners: int
    only_this: int


class CheckStatus(StrEnum):
    """What a check of ``doctor`` found: an error keeps something from working, a warning wants a look."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of ``doctor``; ``name`` is stable, and docs/how-tos/operate.md has a heading for each."""

    name: str
    status: CheckStatus
    message: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        """Whether all is well."""
        return self.status is CheckStatus.OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """How much waits and for how long, in whole seconds (0: nothing waits); for monitoring."""

    waiting_learners: int
    waiting_oldest_seconds: int
    parked_learners: int
    due_backfills: int
    due_backfills_oldest_seconds: int
    unannounced_awards: int
    unannounced_awards_oldest_seconds: int
    unsent_mails: int  #: changes of awards of which a learner is still to be mailed
    unsent_mails_oldest_seconds: int
    untracked_changes: int  #: changes of awards that are not in the tracking log yet
    untracked_changes_oldest_seconds: int
    awards: Mapping[str, int]  #: state → how many, 0 too
    seconds_since_last_sweep: int | None  #: None: none has ended yet
    awarding_is_paused: bool
    notifying_is_paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepReport:
    """What one sweep did, what failed, and how many rows are parked for an operator to look at."""

    refreshed: int  #: courses read again because their publish was not heard
    evaluated: int
    backfills: int
    expired: int
    regressed: int
    announced: int
    notified: int  #: awards of whose changes the tracking log or a learner was told
    parked: int
    failed: int  #: could not be done; each is in the log
    finished: bool  #: False: the time was over before everything was looked at
