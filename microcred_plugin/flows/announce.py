"""Tell the platform of an award's change: BADGE_AWARDED, BADGE_REVOKED, once for each change that matters."""

from datetime import UTC, datetime
from uuid import uuid5

from django.contrib.auth import get_user_model
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from microcred_plugin import signals, switches
from microcred_plugin.awards.models import Award
from microcred_plugin.conf import settings
from microcred_plugin.data import AwardState
from microcred_plugin.logs import Log

log = Log(__name__)

_TAKEN = (AwardState.REVOKED.value, AwardState.EXPIRED.value)


def announce(award_pk: int) -> bool:
    """Send what the award's state asks for and note it, in one transaction; False when there is nothing to tell.

    The row is locked while receivers run, and what they write is committed with the note or not at all, so that a crash
    repeats both or neither. An award that is only held is not announced: it is neither given nor taken. While notifying
    is paused the change waits.
    """
    return False if switches.notifying_is_paused() else _announce(award_pk)


@transaction.atomic
def _announce(award_pk: int) -> bool:
    # Locked without its relations: MariaDB can only lock them, too, and others would wait for them.
    if Award.objects.select_for_update().filter(pk=award_pk).exclude(to_announce_since=None).first() is None:
        return False
    award = Award.objects.select_related("user", "microcredential", "version").get(pk=award_pk)
    event, since = _event(award), award.to_announce_since or now()
    award.to_announce_since = None
    if event is not None:
        award.announced_state = award.state
    award.save(update_fields=["to_announce_since", "announced_state"])
    if event is not None:
        _send(event, badge_of(award), since)
    return event is not None


def _send(event: "signals.OpenEdxPublicSignal", badge: signals.BadgeData, at: datetime) -> None:
    """Send the event; a receiver whose database work fails spoils (on PostgreSQL) what receivers wrote, not our note.

    Else the award would be announced again and again to all the others, for ever. The event's time is that of the
    change, so that one that is sent again can be put in its place.
    """
    try:
        with transaction.atomic():
            event.send_event(time=at.astimezone(UTC), badge=badge)
    except DatabaseError as error:
        then = "what receivers wrote is undone"
        log.failure("receiver-failed", error, announced=event.event_type, award=badge.uuid, then=then)


def _event(award: Award) -> "signals.OpenEdxPublicSignal | None":
    if award.state == AwardState.GRANTED and award.announced_state != AwardState.GRANTED:
        return signals.BADGE_AWARDED
    if award.state in _TAKEN and award.announced_state == AwardState.GRANTED:
        return signals.BADGE_REVOKED
    return None


def badge_of(award: Award) -> signals.BadgeData:
    """The event's data; the template of a milestone's badge has a uuid of its own, made of both."""
    whole = award.microcredential.uuid
    user = award.user
    profile = getattr(user, "profile", None)  # the platform keeps the full name there
    return signals.BadgeData(
        uuid=str(award.uuid),
        user=signals.UserData(
            id=user.pk,
            is_active=user.is_active,
            pii=signals.UserPersonalData(
                username=user.get_username(),
                email=getattr(user, get_user_model().get_email_field_name(), ""),
                name=getattr(profile, "name", "") or user.get_full_name(),
            ),
        ),
        template=signals.BadgeTemplateData(
            uuid=str(uuid5(whole, award.milestone_key) if award.milestone_key else whole),
            origin=settings.MICROCRED_EVENT_ORIGIN,
            name=award.title,
            description=award.version.document.get("description", ""),
        ),
    )
