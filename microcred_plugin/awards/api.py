"""Granting, changing and reading awards; every change of state writes a line of history with it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now

from microcred_plugin import dispatch
from microcred_plugin.awards import notices
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.conf import settings
from microcred_plugin.data import AwardData, AwardEventData, AwardState, MicrocredentialState
from microcred_plugin.definitions.interest import AWARDS
from microcred_plugin.errors import NotAllowed, NotFound
from microcred_plugin.evidence import listening, outbox
from microcred_plugin.logs import Log

log = Log(__name__)

Key = tuple[int, int, str]  #: user id, microcredential id, milestone key


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAward:
    """What is to be granted; ``why`` is the explained verdict, or what a person said."""

    user_id: int
    microcredential_id: int
    milestone_key: str
    version_id: int
    run: str
    title: str
    image: Mapping[str, Any]
    why: Mapping[str, Any]
    evidence_level: str
    expires_at: datetime | None

    @property
    def key(self) -> Key:
        """What may exist once."""
        return self.user_id, self.microcredential_id, self.milestone_key


def of_learners(user_ids: Collection[int], uuids: Collection[Any], microcredential_ids: Collection[int]) -> list[Award]:
    """Return the learners' awards of the microcredentials named by uuid or id."""
    named = Q(microcredential__uuid__in=uuids) | Q(microcredential_id__in=microcredential_ids)
    rows = Award.objects.filter(named, user_id__in=user_ids).select_related("microcredential", "version")
    return list(rows.defer("version__document"))


def whole_ones_of(user_id: int) -> list[Award]:
    """Return a learner's awards of whole microcredentials, whatever their state."""
    return list(Award.objects.filter(user_id=user_id, milestone_key="").select_related("microcredential"))


def newest_is_backfilled(user_id: int) -> bool:
    """Say whether the award of a whole microcredential that a learner was granted last came of a walk over all."""
    rows = Award.objects.filter(user_id=user_id, milestone_key="").order_by("-granted_at", "-pk")
    return bool(rows.values_list("backfilled", flat=True).first())


def detailed(**filters: Any) -> QuerySet[Award]:
    """Return awards with all that ``to_data`` reads, newest first."""
    rows = Award.objects.filter(**filters).order_by("-granted_at", "-pk")
    return rows.select_related("microcredential__issuer", "version").prefetch_related("events")


def get(uuid: Any) -> Award:
    """Return one award; NotFound when there is none."""
    found = detailed(uuid=uuid).first()
    if found is None:
        raise NotFound(f"There is no award {uuid}.")
    return found


def row(pk: int) -> Award:
    """Return one award as it is now; NotFound when there is none (any more)."""
    return _found(Award.objects.filter(pk=pk))


def _found(rows: QuerySet[Award]) -> Award:
    """Return the one row; it may have been erased since somebody looked it up."""
    award = rows.first()
    if award is None:
        raise NotFound("There is no such award any more.")
    return award


def holders_of(uuids: Collection[Any], *, after: int, limit: int) -> Sequence[int]:
    """Name up to ``limit`` users above ``after`` who have awards of these microcredentials, by id."""
    rows = Award.objects.filter(microcredential__uuid__in=uuids, milestone_key="", user_id__gt=after)
    return list(rows.order_by("user_id").values_list("user_id", flat=True).distinct()[:limit])


def grant(new: Sequence[NewAward], *, reason: str, by: int | None = None, backfilled: bool = False) -> list[Award]:
    """Grant what is not there yet and return it; what exists already, in whatever state, stays as it is.

    The database's unique key decides between workers who grant the same at once. ``backfilled``: it follows from no
    step of the learner's but from a walk over all, of which they are mailed only if ``MICROCRED_MAIL_BACKFILLED``.
    """
    if not new:
        return []
    moment = now()
    quiet = backfilled and not settings.MICROCRED_MAIL_BACKFILLED
    rows = [_row(item, moment, backfilled=backfilled, mailed=not quiet) for item in new]
    with transaction.atomic():
        Award.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        granted = list(Award.objects.filter(uuid__in=[row.uuid for row in rows]).select_related("microcredential"))
        AwardEvent.objects.bulk_create(
            AwardEvent(award=award, kind="granted", at=moment, actor_id=by, reason=reason) for award in granted
        )
        notices.add(granted, "granted", moment, mailed=[award for award in granted if award.told_held is None])
        if granted:
            dispatch.after_commit("notify", [award.pk for award in granted])
        for award in granted:
            _tell(award, "award-granted", by=by)
    return granted


def _tell(award: Award, event: str, **fields: object) -> None:
    """Have the change logged and announced after the commit, and those judged again who build on it.

    For them, an award is evidence. Channels that speak to others have their notices.
    """
    named = {"award": award.uuid, "user_id": award.user_id, "microcredential": award.microcredential_id}
    write = partial(log.info, event, **named, milestone=award.milestone_key, **fields)
    transaction.on_commit(write, robust=True)
    dispatch.after_commit("announce", award.pk)
    if not award.milestone_key and listening.is_heard(AWARDS):
        outbox.mark(award.user_id, AWARDS)


def _row(item: NewAward, moment: datetime, *, backfilled: bool, mailed: bool) -> Award:
    return Award(
        user_id=item.user_id,
        microcredential_id=item.microcredential_id,
        milestone_key=item.milestone_key,
        version_id=item.version_id,
        run=item.run,
        title=item.title,
        image=dict(item.image),
        why=dict(item.why),
        evidence_level=item.evidence_level,
        state=AwardState.GRANTED.value,
        by_policy=not item.why.get("by_hand", False),
        granted_at=moment,
        expires_at=item.expires_at,
        to_announce_since=moment,
        backfilled=backfilled,
        # Who is not mailed finds it on their pages: as if they had been told, so that they hear when it is taken.
        told_held=None if mailed and notices.is_mailed(item.milestone_key) else True,
    )


_MAY_BECOME: Mapping[AwardState, frozenset[AwardState]] = {
    AwardState.GRANTED: frozenset({AwardState.HELD, AwardState.REVOKED, AwardState.EXPIRED}),
    AwardState.HELD: frozenset({AwardState.GRANTED, AwardState.REVOKED, AwardState.EXPIRED}),
    AwardState.REVOKED: frozenset({AwardState.GRANTED}),
    AwardState.EXPIRED: frozenset({AwardState.GRANTED, AwardState.REVOKED}),
}


@transaction.atomic
def change_state(pk: int, to: AwardState, *, reason: str, by: int | None = None, by_policy: bool = False) -> Award:
    """Move an award to another state and write history; NotAllowed says from which state it cannot go there.

    NotFound when it was erased since it was looked up.
    """
    award, moment = _found(Award.objects.select_for_update().filter(pk=pk)), now()
    before = AwardState(award.state)
    if to not in _MAY_BECOME[before]:
        raise NotAllowed(f"The award {award.uuid} is {before.value}; it cannot become {to.value}.")
    award.state, award.by_policy, award.to_announce_since = to.value, by_policy, moment
    if to is AwardState.GRANTED:
        award.regressed_at = None
        if before is AwardState.EXPIRED:
            award.expires_at = None
    award.save(update_fields=["state", "by_policy", "to_announce_since", "regressed_at", "expires_at"])
    kind = "restored" if to is AwardState.GRANTED else to.value
    AwardEvent.objects.create(award=award, kind=kind, at=moment, actor_id=by, reason=reason)
    notices.add([award], kind, moment, mailed=[award] if notices.is_mailed(award.milestone_key) else ())
    dispatch.after_commit("notify", [award.pk])
    _tell(award, "award-changed", to=kind, by=by)
    return award


def set_regressed(pks: Sequence[int], at: datetime | None) -> None:
    """Note since when the evidence no longer supports these awards; None: it does again."""
    if pks:
        Award.objects.filter(pk__in=pks).update(regressed_at=at)


def expired(limit: int, *, after: int = 0) -> list[int]:
    """Name up to ``limit`` granted or held awards above ``after`` whose time is over, by id."""
    rows = Award.objects.filter(expires_at__lte=now(), state__in=[AwardState.GRANTED.value, AwardState.HELD.value])
    return _page(rows, limit, after)


def regressed(limit: int, *, after: int = 0) -> list[int]:
    """Name up to ``limit`` granted awards above ``after`` whose evidence went away, by id.

    Not those of what was retired: what was earned of it stays.
    """
    rows = Award.objects.filter(state=AwardState.GRANTED.value, by_policy=True).exclude(regressed_at=None)
    return _page(rows.filter(microcredential__state=MicrocredentialState.PUBLISHED.value), limit, after)


def unannounced(limit: int, *, after: int = 0, older_than_seconds: int = 0) -> list[int]:
    """Name up to ``limit`` awards above ``after`` whose last change was not announced yet, by id."""
    rows = to_announce()
    if older_than_seconds:  # else all of them, also those from before the clock was set back
        rows = rows.filter(to_announce_since__lte=now() - timedelta(seconds=older_than_seconds))
    return _page(rows, limit, after)


def announced(since: datetime, limit: int, *, after: int = 0) -> list[int]:
    """Name up to ``limit`` awards above ``after`` that were announced and have changed since a time, by id."""
    changed = AwardEvent.objects.filter(at__gte=since).values("award_id")
    return _page(Award.objects.filter(pk__in=changed).exclude(announced_state=""), limit, after)


def to_announce() -> QuerySet[Award]:
    """Return the awards whose last change was not announced yet."""
    return Award.objects.exclude(to_announce_since=None)


def _page(rows: QuerySet[Award], limit: int, after: int) -> list[int]:
    return list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit])


def is_held(row: Award) -> bool:
    """Say whether the learner holds it now."""
    return row.state == AwardState.GRANTED


def to_data(row: Award) -> AwardData:
    """Turn a row of ``detailed`` into what the public API returns."""
    whole = row.microcredential
    summary = to_summary(row, slug=whole.slug, issuer=whole.issuer.short_name)
    history = (
        AwardEventData(kind=event.kind, at=event.at, reason=event.reason, actor_id=event.actor_id)
        for event in row.events.all()
    )
    return replace(summary, history=tuple(history))


def to_summary(row: Award, *, slug: str, issuer: str) -> AwardData:
    """Turn a row into what the public API returns, without history, reading nothing further."""
    return AwardData(
        uuid=row.uuid,
        user_id=row.user_id,
        microcredential_uuid=row.microcredential.uuid,
        slug=slug,
        issuer=issuer,
        title=row.title,
        milestone_key=row.milestone_key,
        state=AwardState(row.state),
        evidence_level=row.evidence_level,
        granted_at=row.granted_at,
        expires_at=row.expires_at,
        version=row.version.num,
        run=row.run,
        image=row.image,
        why=row.why,
    )
