"""The public Python API: the single module that code outside of the parts should import.

It returns the frozen objects of ``microcred_plugin.data`` and raises the errors of ``microcred_plugin.errors``. A name
is ``slug`` or ``issuer/slug``; a run is a course key as text; users are ids, and ``by`` is who acts (None: the plugin).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from microcred_plugin.artwork import badge as _badge
from microcred_plugin.authoring_data import DraftData
from microcred_plugin.awards import api as _awards
from microcred_plugin.compat import platform as _platform
from microcred_plugin.compat.port import Course
from microcred_plugin.criteria.read import read as read_document
from microcred_plugin.data import (
    AwardData,
    AwardState,
    BackfillReport,
    Difference,
    Figures,
    Finding,
    MicrocredentialData,
    ProgressData,
)
from microcred_plugin.definitions import api as _definitions
from microcred_plugin.definitions import offered as _offered
from microcred_plugin.evidence import outbox as _outbox
from microcred_plugin.flows import author as _author
from microcred_plugin.flows import backfill as _backfill
from microcred_plugin.flows import change_award as _change
from microcred_plugin.flows import check as _check
from microcred_plugin.flows import export_user as _export
from microcred_plugin.flows import offerings as _offerings
from microcred_plugin.flows import publish as _publish
from microcred_plugin.flows import read_progress as _read
from microcred_plugin.flows import reconcile as _reconcile
from microcred_plugin.flows import republish as _republish
from microcred_plugin.flows import retire_user as _retire_user
from microcred_plugin.flows.change_award import user_id_of
from microcred_plugin.flows.doctor import doctor
from microcred_plugin.flows.evaluate import evaluate as _evaluate
from microcred_plugin.flows.explain import explain as _explain
from microcred_plugin.flows.figures import figures_of as _figures_of
from microcred_plugin.flows.health import is_alive
from microcred_plugin.flows.metrics import metrics
from microcred_plugin.flows.simulate import simulate
from microcred_plugin.flows.sweep import sweep

__all__ = [
    "award",
    "awards_of",
    "backfill",
    "badge_svg",
    "base_template",
    "can_author",
    "can_see_progress_of",
    "check",
    "confirm",
    "course_of",
    "course_progress",
    "doctor",
    "effective_user_id",
    "end_offering",
    "explain",
    "export",
    "export_user",
    "figures_of",
    "forget_user",
    "get_award",
    "hold",
    "is_alive",
    "is_course_staff",
    "is_offered_in",
    "judge_again",
    "list_microcredentials",
    "lms_url",
    "metrics",
    "microcredential_progress",
    "offer",
    "publish",
    "read_document",
    "reconcile",
    "republish",
    "restore",
    "retire",
    "revoke",
    "save_draft",
    "simulate",
    "studio_course_url",
    "sweep",
    "unpark",
    "user_id_of",
]

OnProgress = Callable[[int, int], None]


# Authoring


def check(document: Mapping[str, Any], run: str | None) -> tuple[Finding, ...]:
    """Return what the linter says about a document in a run: errors stop a publish, warnings do not."""
    return _check.check_document(document, run)


def save_draft(
    document: Mapping[str, Any], *, by: int | None, lock: int | None = None, run: str | None = None
) -> DraftData:
    """Save a document as the draft of its microcredential, making that and its issuer, and offer it in ``run``.

    Raises InvalidDefinition, and StaleDraft when ``lock`` is not the number of the draft that is there.
    """
    draft = _publish.save_draft(document, by=by, lock=lock, run=run)
    return _author.draft_data(draft.microcredential, draft)


def publish(slug: str, *, by: int | None = None, note: str = "") -> MicrocredentialData:
    """Publish the draft as the next version, and judge everybody concerned; publishing the same twice changes nothing.

    Raises InvalidDefinition with the linter's errors, Conflict without a draft.
    """
    return _definitions.to_data(_publish.publish(slug, by=by, note=note))


def retire(slug: str, *, by: int | None = None, reason: str = "") -> MicrocredentialData:
    """Stop awarding a microcredential; what was earned stays."""
    return _definitions.to_data(_publish.retire(slug, by=by, reason=reason))


def offer(slug: str, run: str) -> MicrocredentialData:
    """Offer a microcredential in a further run, or activate its offering there; twice is once.

    One that is published can be earned there from now on. Raises InvalidDefinition with what cannot be earned there.
    """
    return _definitions.to_data(_offerings.offer(slug, run))


def export(slug: str) -> str:
    """Return the draft of a microcredential as a file that ``microcred load`` reads, on this site or another."""
    return _author.as_file(_definitions.find(slug))


def list_microcredentials(run: str | None = None) -> tuple[MicrocredentialData, ...]:
    """List all microcredentials, or those offered in a run, by title."""
    return tuple(_definitions.to_data(row) for row in _definitions.all_rows(run))


def end_offering(slug: str, run: str) -> MicrocredentialData:
    """Stop offering a microcredential in a run; what was earned there stays. NotFound when it is not offered there."""
    return _definitions.to_data(_offerings.end_offering(slug, run))


# Reading


def course_progress(user_id: int | None, run: str) -> tuple[ProgressData, ...]:
    """Return everything offered in a run as one learner sees it; nobody's progress when ``user_id`` is None."""
    return _read.course_progress(user_id, run)


def microcredential_progress(user_id: int | None, uuid: UUID, run: str) -> ProgressData:
    """Return one microcredential as one learner sees it in a run; NotFound when it is not offered there."""
    return _read.one_progress(user_id, uuid, run)


def awards_of(user_id: int) -> tuple[AwardData, ...]:
    """Return a learner's awards, whatever their state, newest first, with their history."""
    return tuple(_awards.to_data(row) for row in _awards.detailed(user_id=user_id))


def get_award(uuid: UUID) -> AwardData:
    """Return one award with its history; NotFound."""
    return _awards.to_data(_awards.get(uuid))


def is_course_staff(user_id: int, run: str) -> bool:
    """Say whether a user may see other learners' progress in a run."""
    return _platform().is_course_staff(user_id, run)


def can_author(user_id: int, run: str) -> bool:
    """Say whether a user may write the course's content."""
    return _platform().can_author(user_id, run)


def can_see_progress_of(viewer_id: int, user_id: int, run: str) -> bool:
    """Say whether one user may see another's progress in a run: their own, or as course staff."""
    return viewer_id == user_id or is_course_staff(viewer_id, run)


def is_offered_in(run: str) -> bool:
    """Say whether a learner of a run could see a microcredential there; ``MICROCRED_INTEREST_TTL_SECONDS`` old."""
    return bool(_offered.shown_in(run).offered)


def figures_of(run: str) -> dict[UUID, Figures]:
    """Count who holds each microcredential of a run, and who is under way."""
    return _figures_of(run)


def course_of(run: str) -> Course | None:
    """Describe a course run; None when there is none."""
    return _platform().course(run)


def effective_user_id(request: Any, run: str) -> int:
    """Say whose progress a page of a run shows: the caller's, or of the learner as whom staff look at the course."""
    return _platform().effective_user_id(request, run)


def lms_url() -> str:
    """Return the address of the LMS, without a slash at its end."""
    return _platform().lms_url()


def studio_course_url(run: str) -> str:
    """Return the address of a course's outline in Studio."""
    return _platform().studio_course_url(run)


def base_template() -> str:
    """Name the template that gives our pages the site's look; our own where the site has none."""
    return _platform().base_template() or "microcred_plugin/base.html"


def badge_svg(
    image: Mapping[str, Any], *, title: str, segments: Sequence[Decimal] = (), lit: bool, **options: Any
) -> str:
    """Draw a badge as SVG; ``options`` are those of ``artwork.badge.badge_svg``."""
    return _badge.badge_svg(image, title=title, segments=segments, lit=lit, **options)


# Verbs


def award(user_id: int, slug: str, *, reason: str, by: int | None = None) -> AwardData:
    """Grant a microcredential by hand; NotAllowed when the learner has an award of it."""
    return get_award(_change.award(user_id, slug, reason=reason, by=by).uuid)


def hold(award_uuid: UUID, *, reason: str, by: int | None = None) -> AwardData:
    """Put an award on hold: it does not count until it is restored."""
    return get_award(_change.change(award_uuid, AwardState.HELD, reason=reason, by=by).uuid)


def revoke(award_uuid: UUID, *, reason: str, by: int | None = None) -> AwardData:
    """Revoke an award; only a person can restore it."""
    return get_award(_change.change(award_uuid, AwardState.REVOKED, reason=reason, by=by).uuid)


def restore(award_uuid: UUID, *, reason: str, by: int | None = None) -> AwardData:
    """Make a held, revoked or expired award count again."""
    return get_award(_change.change(award_uuid, AwardState.GRANTED, reason=reason, by=by).uuid)


def confirm(user_id: int, slug: str, milestone: str, *, reason: str, by: int | None = None) -> bool:
    """Confirm a milestone that asks for a member of staff; False when it was confirmed before."""
    return _change.confirm(user_id, slug, milestone, reason=reason, by=by)


def explain(user_id: int, slug: str, run: str | None = None) -> dict[str, Any]:
    """Say as JSON-able data what a learner has shown and what is missing, judged now, and the award as it was given."""
    return _explain(user_id, slug, run)


def backfill(
    slug: str | None = None, run: str | None = None, *, dry_run: bool = False, on_progress: OnProgress | None = None
) -> tuple[BackfillReport, ...]:
    """Judge everybody whom one microcredential (or every one) concerns; an interrupted walk is resumed."""
    rows = [_definitions.find(slug)] if slug else _definitions.all_rows()
    walks = (_backfill.backfill(row, run, dry_run=dry_run, on_progress=on_progress) for row in rows)
    return tuple(report for walk in walks for report in walk)


def reconcile(slug: str | None = None, *, fix: bool = False) -> Iterator[Difference]:
    """Yield where what is stored differs from the evidence, after mending it when ``fix``."""
    for row in [_definitions.find(slug)] if slug else _definitions.all_rows():
        yield from _reconcile.reconcile(row, fix=fix)


def republish(since: datetime) -> int:
    """Put on the event bus again what was announced of awards that changed since then; return how many.

    Raises NotAllowed where nothing is published. Who consumes these events must be prepared for repetitions.
    """
    return _republish.republish(since)


def unpark(rows: Collection[int] | None = None) -> int:
    """Give parked learners another round of attempts, all or those in these rows; return how many there were."""
    return _outbox.unpark(rows)


def judge_again(rows: Collection[int]) -> int:
    """Judge the learners who wait in these rows of the outbox now, if nobody does; return how many were judged.

    NotAllowed while awarding is paused.
    """
    _backfill.refuse_while_paused()
    return sum(_evaluate(*claim) for claim in _outbox.named(rows))


# Personal data


def export_user(user_id: int) -> dict[str, Any]:
    """Return everything that is held about a person, as JSON-able data (docs/reference/personal-data.md)."""
    return _export.export_user(user_id)


def forget_user(user_id: int, *, dry_run: bool = False) -> Mapping[str, int]:
    """Erase everything that is held about a person, for ever; return how many rows of what. Safe to repeat.

    Nothing about them is stored afterwards: it is for accounts that are retired. ``dry_run`` only counts.
    """
    return _retire_user.forget(user_id, dry_run=dry_run)
