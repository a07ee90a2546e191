"""What course teams read and do with the microcredentials of one course run."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import translation

from microcred_plugin.authoring_data import CardData, DraftData, VersionData
from microcred_plugin.compat import platform
from microcred_plugin.criteria import files
from microcred_plugin.criteria.changes import changes
from microcred_plugin.criteria.parse import parse
from microcred_plugin.data import Change, Figures, Finding, MicrocredentialState
from microcred_plugin.definitions import api as definitions
from microcred_plugin.definitions import drafts, names
from microcred_plugin.definitions.models import Draft, Microcredential, Version
from microcred_plugin.errors import NotFound
from microcred_plugin.flows import check as checking
from microcred_plugin.flows.figures import figures_of
from microcred_plugin.flows.outline_tree import outline_of, titles_of
from microcred_plugin.flows.stacks import builds_on

_MOST_SOURCES = 50


def cards(run: str) -> tuple[CardData, ...]:
    """Return everything offered in a run, by title, each with what the linter says of its draft there."""
    figures, courses = figures_of(run), checking.Courses()
    return tuple(_card(row, run, figures.get(row.uuid, Figures()), courses) for row in definitions.all_rows(run))


def _card(row: Microcredential, run: str, figures: Figures, courses: checking.Courses) -> CardData:
    draft = draft_data(row, getattr(row, "draft", None))
    milestones = draft.document.get("milestones")
    image = draft.document.get("image")
    return CardData(
        microcredential=definitions.to_data(row),
        image=image if isinstance(image, dict) else {},
        milestones=len(milestones) if isinstance(milestones, list) else 0,
        offered=any(offering.run == run and offering.active for offering in row.offerings.all()),
        retired_reason=row.retired_reason,
        saved_at=draft.saved_at,
        saved_by=draft.saved_by,
        figures=figures,
        findings=()
        if row.state == MicrocredentialState.RETIRED
        else checking.check_document(draft.document, run, courses=courses),
    )


def draft_of(row: Microcredential) -> DraftData:
    """Return the draft of a microcredential; what is published, when nobody has saved one."""
    return draft_data(row, Draft.objects.select_related("modified_by").filter(microcredential=row).first())


def draft_data(row: Microcredential, draft: Draft | None) -> DraftData:
    """Return a draft as the public API does."""
    stored = draft.document if draft else row.current_version.document if row.current_version else {}
    return DraftData(
        uuid=row.uuid,
        slug=row.slug,
        issuer=row.issuer.short_name,
        lock=draft.lock if draft else 0,
        document=stored,
        saved_at=draft.modified if draft else None,
        saved_by=draft.modified_by.get_username() if draft and draft.modified_by else "",
    )


def as_file(row: Microcredential) -> str:
    """Return the draft as a YAML file, in which what it builds on is named."""
    return files.as_file(names.named(draft_of(row).document))


def findings_of(draft: DraftData, run: str, *, by: int | None) -> tuple[Finding, ...]:
    """Return what the linter says of a draft in a run."""
    return checking.check_document(draft.document, run, by=by)


def changes_of(row: Microcredential, run: str) -> tuple[Change, ...]:
    """Say in the reader's language what publishing the draft would change; nothing before the first publish.

    InvalidDefinition when the draft is unfinished.
    """
    definition = parse(drafts.of(row).document)
    if row.current_version is None:
        return ()
    before = parse(row.current_version.document)
    titles = titles_of(outline_of(run)) | definitions.titles({*builds_on(before), *builds_on(definition)})
    return changes(before, definition, translation, titles)


def versions_of(row: Microcredential) -> tuple[VersionData, ...]:
    """Return the published versions, newest first."""
    found = list(row.versions.order_by("-num").defer("document"))
    users = get_user_model().objects.in_bulk({one.created_by_id for one in found if one.created_by_id})
    return tuple(
        VersionData(
            num=one.num,
            published_at=one.created,
            published_by=users[one.created_by_id].get_username() if one.created_by_id in users else "",
            note=one.note,
            current=one.pk == row.current_version_id,
        )
        for one in found
    )


def document_of(row: Microcredential, num: int) -> Mapping[str, Any]:
    """Return the document of one version; NotFound."""
    version = Version.objects.filter(microcredential=row, num=num).first()
    if version is None:
        raise NotFound(f"{row} has no version {num}.")
    return dict(version.document)


def sources(run: str, *, by: int, text: str = "") -> list[Microcredential]:
    """List what is offered in other courses that ``by`` may write and not in this run, by title, up to 50."""
    rows = Microcredential.objects.filter(title__icontains=text).exclude(offerings__run=run)
    found: list[Microcredential] = []
    rows = rows.select_related("issuer", "current_version").prefetch_related("offerings", "draft")
    for row in rows.order_by("title", "pk"):
        if _is_of(row, by):
            found.append(row)
        if len(found) == _MOST_SOURCES:
            break
    return found


def brought(uuid: UUID, by: int) -> Microcredential:
    """Return a microcredential of a course that ``by`` may write, to be offered or copied elsewhere; NotFound."""
    row = Microcredential.objects.select_related("issuer", "current_version").filter(uuid=uuid).first()
    if row is None or not _is_of(row, by):
        raise NotFound(f"There is no microcredential {uuid} in a course of yours.")
    return row


def _is_of(row: Microcredential, by: int) -> bool:
    return any(platform().can_author(by, offering.run) for offering in row.offerings.all())
