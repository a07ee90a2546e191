"""The public Python API for course teams; ``api`` is everybody else's.

Everything is done in a course run and by somebody: what a caller may do there (``api.can_author``) is theirs to ask
before. A microcredential that is not offered in the run, active or not, does not exist here (NotFound).
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from microcred_plugin.artwork.icons import ICONS as _ICONS
from microcred_plugin.artwork.shapes import SHAPES as _SHAPES
from microcred_plugin.authoring_data import CardData, DraftData, StackData, VersionData
from microcred_plugin.criteria.skills import read_skills
from microcred_plugin.data import Change, Finding, MicrocredentialData, ProgressData, Simulation
from microcred_plugin.definitions import api as _definitions
from microcred_plugin.definitions import drafts as _drafts
from microcred_plugin.flows import author as _author
from microcred_plugin.flows import create as _create
from microcred_plugin.flows import offerings as _offerings
from microcred_plugin.flows import preview as _preview
from microcred_plugin.flows import publish as _publish
from microcred_plugin.flows import stacks as _stacks
from microcred_plugin.flows.outline_tree import outline_tree
from microcred_plugin.flows.placement import allow as allow_block
from microcred_plugin.flows.placement import placement
from microcred_plugin.flows.simulate import simulate as _simulate

__all__ = [
    "ICONS",
    "SHAPES",
    "activate",
    "allow_block",
    "candidates",
    "cards",
    "changes",
    "copy",
    "create_blank",
    "create_from_document",
    "create_from_outline",
    "discard",
    "document_of",
    "draft",
    "end_offering",
    "export",
    "findings",
    "microcredential",
    "offer_here",
    "outline_tree",
    "placement",
    "preview",
    "publish",
    "read_skills",
    "retire",
    "save",
    "simulate",
    "sources",
    "stack",
    "versions",
]


#: What a badge can be made of.
SHAPES, ICONS = tuple(_SHAPES), tuple(_ICONS)


# The list


def cards(run: str) -> tuple[CardData, ...]:
    """Return everything offered in a run, by title, each with what the linter says of its draft there."""
    return _author.cards(run)


def microcredential(run: str, uuid: UUID) -> MicrocredentialData:
    """Return one of them."""
    return _definitions.to_data(_definitions.find_in(uuid, run))


def create_blank(run: str, title: str, *, by: int) -> DraftData:
    """Begin with a title and no milestone. BadInput without a title."""
    return _author.draft_of(_create.blank(run, title, by=by).microcredential)


def create_from_outline(run: str, level: str, title: str = "", *, by: int) -> DraftData:
    """Begin with a milestone for each ``section`` or ``subsection``; BadInput when nothing in them can be completed."""
    return _author.draft_of(_create.from_outline(run, level, title, by=by).microcredential)


def create_from_document(run: str, document: Mapping[str, Any], *, by: int) -> DraftData:
    """Begin with a file's document, which becomes this course's organisation's; loading it again updates its draft.

    InvalidDefinition when it is not valid, Conflict when its slug belongs to another microcredential.
    """
    return _author.draft_of(_create.from_document(run, document, by=by).microcredential)


def copy(run: str, source: UUID, *, by: int) -> DraftData:
    """Begin with what one of another course of ``by`` says, as a microcredential of its own."""
    return _author.draft_of(_create.copy(run, _author.brought(source, by), by=by).microcredential)


def offer_here(run: str, source: UUID, *, by: int) -> DraftData:
    """Let one of another course of ``by`` be earned here, too, once it is activated."""
    row = _author.brought(source, by)
    _definitions.add_offering(row, run, active=False)
    return _author.draft_of(row)


def sources(run: str, *, by: int, text: str = "") -> tuple[MicrocredentialData, ...]:
    """List what ``copy`` and ``offer_here`` can bring from other courses of ``by``, by title, up to 50."""
    return tuple(_definitions.to_data(row) for row in _author.sources(run, by=by, text=text))


# One microcredential


def draft(run: str, uuid: UUID) -> DraftData:
    """Return its draft; what is published, when nobody has saved one."""
    return _author.draft_of(_definitions.find_in(uuid, run))


def findings(run: str, found: DraftData, *, by: int) -> tuple[Finding, ...]:
    """Return what the linter says of a draft in the run: what keeps it from being published, and what to think of."""
    return _author.findings_of(found, run, by=by)


def save(run: str, uuid: UUID, document: Mapping[str, Any], *, lock: int, by: int) -> DraftData:
    """Save what has been written so far, finished or not.

    InvalidDefinition when it names another slug or issuer; StaleDraft when somebody saved since ``lock`` was read.
    """
    row = _definitions.find_in(uuid, run)
    return _author.draft_data(row, _drafts.save_unfinished(row, document, by=by, lock=lock))


def discard(run: str, uuid: UUID, *, lock: int) -> None:
    """Go back to what is published; what never was is deleted. StaleDraft as for ``save``."""
    _drafts.discard(_definitions.find_in(uuid, run), lock=lock)


def export(run: str, uuid: UUID) -> str:
    """Return the draft as a file that can be loaded elsewhere, too: what it builds on is named, not only numbered."""
    return _author.as_file(_definitions.find_in(uuid, run))


def changes(run: str, uuid: UUID) -> tuple[Change, ...]:
    """Say what publishing the draft would change; nothing before the first publish. InvalidDefinition."""
    return _author.changes_of(_definitions.find_in(uuid, run), run)


def preview(run: str, uuid: UUID) -> ProgressData:
    """Return the draft as a learner would see it who has done nothing. InvalidDefinition when it is unfinished."""
    return _preview.preview(_definitions.find_in(uuid, run), run)


def simulate(run: str, uuid: UUID, *, by: int, after: int = 0, at_most: int) -> Simulation:
    """Judge up to ``at_most`` learners of the run above an id by the draft; nothing is written. InvalidDefinition."""
    row = _definitions.find_in(uuid, run)
    return _simulate(str(row), run, by=by, after=after, at_most=at_most)


def publish(run: str, uuid: UUID, *, lock: int, note: str, by: int) -> MicrocredentialData:
    """Publish the draft that was read; InvalidDefinition with the linter's errors, StaleDraft as for ``save``."""
    row = _definitions.find_in(uuid, run)
    return _definitions.to_data(_publish.publish(str(row), by=by, note=note, lock=lock))


def retire(run: str, uuid: UUID, *, reason: str, by: int) -> MicrocredentialData:
    """Stop awarding it, in every run; what was earned stays. NotAllowed for what was never published."""
    return _definitions.to_data(_publish.retire(str(_definitions.find_in(uuid, run)), by=by, reason=reason))


def activate(run: str, uuid: UUID) -> MicrocredentialData:
    """Let it be earned in this run from now on; InvalidDefinition with what cannot be earned here."""
    return _definitions.to_data(_offerings.offer(str(_definitions.find_in(uuid, run)), run))


def end_offering(run: str, uuid: UUID) -> MicrocredentialData:
    """Stop offering it in this run; what was earned here stays."""
    return _definitions.to_data(_offerings.end_offering(str(_definitions.find_in(uuid, run)), run))


def versions(run: str, uuid: UUID) -> tuple[VersionData, ...]:
    """Return its published versions, newest first."""
    return _author.versions_of(_definitions.find_in(uuid, run))


def document_of(run: str, uuid: UUID, num: int) -> Mapping[str, Any]:
    """Return the document of one of its versions; NotFound."""
    return _author.document_of(_definitions.find_in(uuid, run), num)


# Stacks


def stack(run: str, uuid: UUID) -> StackData:
    """Return the stack it belongs to."""
    return _stacks.stack_of(_definitions.find_in(uuid, run))


def candidates(run: str, uuid: UUID, *, by: int, text: str = "") -> tuple[MicrocredentialData, ...]:
    """List what it may be made to build on, by title, up to 50; ``text`` is part of the title."""
    row = _definitions.find_in(uuid, run)
    return tuple(_definitions.to_data(other) for other in _stacks.candidates(row, by=by, text=text))
