"""The frozen objects that course teams work with (standard library only); see ``data`` for how values are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from microcred_plugin.data import Figures, Finding, MicrocredentialData, MicrocredentialState


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftData:
    """A draft as it is stored; ``lock`` is what the next save must name, 0 when nobody has saved one yet.

    ``document`` may be unfinished; ``saved_by`` is a username, '' when the plugin or a command saved it.
    """

    uuid: UUID
    slug: str
    issuer: str
    lock: int
    document: Mapping[str, Any]
    saved_at: datetime | None
    saved_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardData:
    """A microcredential in the list of a course; ``findings`` are of its draft in this run."""

    microcredential: MicrocredentialData
    image: Mapping[str, Any]  #: of the draft, as the document has it
    milestones: int
    offered: bool  #: False: a re-run in which nobody has activated it yet
    retired_reason: str
    saved_at: datetime | None
    saved_by: str
    figures: Figures
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineNode:
    """A section, subsection or unit; ``ref`` is how a document names it in its home course."""

    key: str
    ref: str
    type: str
    title: str
    leaves: int  #: how many things a learner who sees everything must do in it
    types: tuple[str, ...]  #: of what can be completed in it
    graded: bool
    due: datetime | None
    #: empty (nothing to complete), staff-only, per-learner (some learners see other things), silent (holds blocks that
    #: never report completion)
    notes: tuple[str, ...]
    children: tuple["OutlineNode", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionData:
    """One published version; ``published_by`` is a username, '' for the plugin or who is gone."""

    num: int
    published_at: datetime
    published_by: str
    note: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StackNode:
    """A microcredential in a stack, with what it builds on."""

    uuid: UUID
    slug: str
    issuer: str
    title: str
    state: MicrocredentialState
    image: Mapping[str, Any]
    builds_on: tuple["StackNode", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StackData:
    """The stack a microcredential belongs to: what it builds on, all the way down, and what builds on it directly."""

    root: StackNode
    counts_towards: tuple[StackNode, ...]


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """A unit in which our block stands, with its address in Studio."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Placement:
    """Whether Studio offers our block in a course, and where it stands in what is published."""

    allowed: bool
    places: tuple[BlockPlace, ...]
