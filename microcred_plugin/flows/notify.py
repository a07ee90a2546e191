"""Tell of an award's changes, after their commit: the platform's tracking log, and the learner by mail.

Each channel by itself: what waits of it stands in the database, and is tried again until it is told. A worker that dies
between telling and noting it tells again: tracking events are told at least once. A mail is sent at most once more, for
a second death with the same mail means that it might be the third (docs/decisions/0017-telling-of-awards.md).
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import quote

from django.utils.timezone import now

from microcred_plugin import dispatch, switches
from microcred_plugin.awards import notices
from microcred_plugin.awards.models import Award, Channel
from microcred_plugin.awards.notices import Claim
from microcred_plugin.compat import platform
from microcred_plugin.compat.port import Letter
from microcred_plugin.conf import settings
from microcred_plugin.data import AwardState
from microcred_plugin.logs import Log

log = Log(__name__)

_EVENT = "openedx.microcredentials.award."
_ROUNDS = 5  # what comes while it is told is told, too; beyond this another task goes on


def notify(award_pk: int) -> bool:
    """Tell by each channel what waits of an award; False when nothing was told. While notifying is paused all waits.

    A failure to tell is stored, with a rest before the next attempt, and does not leave this function. One to note that
    it was told does: it is as if the worker had died then.
    """
    if switches.notifying_is_paused():
        return False
    told = [_told(award_pk, channel) for channel in Channel]
    return any(told)


def _told(award_pk: int, channel: Channel) -> bool:
    some = False
    for _ in range(_ROUNDS):
        claim = notices.claim(award_pk, channel)
        if claim is None:
            return some
        try:
            said = _said(claim)
        except Exception as error:
            log.failure("award-not-told", error, award_id=award_pk, channel=channel.value)
            rest = notices.fail(claim, error)
            dispatch.after_commit("notify", [award_pk], countdown=rest.total_seconds())
            return some
        notices.finish(claim, told_held=said.held)
        some = some or said.told
    dispatch.after_commit("notify", [award_pk])
    return some


class _Said(NamedTuple):
    """Whether anything was said, and what the learner believes now (None: as before)."""

    told: bool
    held: bool | None = None


def _said(claim: Claim) -> _Said:
    """Tell of the award as it is now; nothing when it was erased since it was claimed, with its notices."""
    award = Award.objects.select_related("microcredential__issuer", "version").filter(pk=claim.award_pk).first()
    return _Said(False) if award is None else _SPEAKERS[claim.channel](award, claim)


# The tracking log


def _track(award: Award, claim: Claim) -> _Said:
    for kind, at in claim.changes:
        data = {**_tracked(award), "changed_at": at.isoformat()}
        platform().track(award.user_id, award.run, f"{_EVENT}{kind}", data)
    return _Said(True)


def _tracked(award: Award) -> Mapping[str, Any]:
    """Say what it is about; who it is about is in the event's context alone."""
    whole = award.microcredential
    return {
        "award": str(award.uuid),
        "microcredential": str(whole.uuid),
        "issuer": whole.issuer.short_name,
        "slug": whole.slug,
        "milestone": award.milestone_key,
        "version": award.version.num,
    }


# The learner


def _mail(award: Award, claim: Claim) -> _Said:
    letter, held = _letter(award, claim)
    why_not = "" if letter is None else _why_not(award, claim)
    if letter is not None and not why_not and not platform().mail(award.user_id, letter):
        why_not = "not-reachable"
    if letter is None:
        return _Said(False, held)
    fields = {"award": award.uuid, "user_id": award.user_id, "letter": letter.name}
    if why_not:
        log.info("learner-not-mailed", **fields, why=why_not)
    else:
        log.info("learner-mailed", **fields)
    return _Said(not why_not, held)


def _letter(award: Award, claim: Claim) -> tuple[Letter | None, bool]:
    """Return what the state of the award asks to be written, and what the learner believes afterwards.

    An award that is only held is neither given nor taken: nothing is written. Nobody hears of what was given and taken
    before they were told of it.
    """
    if award.state == AwardState.GRANTED:
        new = award.told_held is False or (award.told_held is None and "granted" in claim.kinds)
        return (_written(award, "awardgranted") if new else None), True
    if award.state == AwardState.HELD:
        return None, bool(award.told_held)
    return (_written(award, "awardrevoked") if award.told_held else None), False


def _written(award: Award, name: str) -> Letter:
    reason = "expired" if award.state == AwardState.EXPIRED else "evidence" if award.by_policy else "staff"
    return Letter(
        name=name,
        course_key=award.run,
        path=f"/microcredentials/courses/{quote(award.run, safe=':+@')}/" if award.run else "/",
        context={
            "title": award.title,
            "title_language": str(award.version.document.get("language", "")),
            "issuer": award.microcredential.issuer.name or award.microcredential.issuer.short_name,
            "is_milestone": bool(award.milestone_key),
            "microcredential": award.microcredential.title,
            "again": award.told_held is False,
            "reason": reason,
        },
    )


def _why_not(award: Award, claim: Claim) -> str:
    """Say why nothing is sent although there is something to say; '' when it is to be sent."""
    if not notices.is_mailed(award.milestone_key):
        return "turned-off"
    if claim.latest < now() - timedelta(seconds=settings.MICROCRED_MAIL_MAX_AGE_SECONDS):
        return "too-old"
    return "perhaps-sent-twice" if claim.lost > 1 else ""


_SPEAKERS: Mapping[Channel, Callable[[Award, Claim], _Said]] = {Channel.TRACKING: _track, Channel.MAIL: _mail}
