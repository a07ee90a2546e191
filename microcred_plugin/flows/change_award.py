"""What people do to awards by hand: award, hold, revoke, restore, confirm a milestone."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.timezone import now

from microcred_plugin.awards import api as awards
from microcred_plugin.awards.models import Award
from microcred_plugin.data import AwardState
from microcred_plugin.definitions import api as definitions
from microcred_plugin.definitions import interest
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.errors import BadInput, NotAllowed, NotFound
from microcred_plugin.evidence import gates, outbox, readers
from microcred_plugin.flows.new_award import by_hand


def user_id_of(username: str) -> int:
    """Return the id of a user; NotFound when there is none of that name."""
    users = get_user_model()
    pk = users.objects.filter(**{users.USERNAME_FIELD: username}).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound(f"There is no user {username!r}.")
    return int(pk)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise BadInput("A reason is needed: it is kept in the history of the award, and the learner can see it.")
    return reason.strip()


def _live_plans(name: str) -> list[Plan]:
    row = definitions.find(name)
    found = interest.plans_of(row)
    if not found:
        raise NotAllowed(f"{row} is not published (or was retired), so it cannot be awarded. Publish it first.")
    return found


@transaction.atomic
def award(user_id: int, name: str, *, reason: str, by: int | None) -> Award:
    """Grant the whole microcredential without evidence; NotAllowed when the learner has it, in whatever state."""
    gates.enter_alone(user_id)
    new = by_hand(_live_plans(name)[0], user_id, now(), _reason(reason))
    granted = awards.grant([new], reason=new.why["reason"], by=by)
    if not granted:
        raise NotAllowed(f"This learner has an award of {name} already. Restore it if it is held, revoked or expired.")
    return granted[0]


def change(uuid: Any, to: AwardState, *, reason: str, by: int | None) -> Award:
    """Hold, revoke or restore an award; a policy does not undo what a person did."""
    return awards.change_state(awards.get(uuid).pk, to, reason=_reason(reason), by=by)


@transaction.atomic
def confirm(user_id: int, name: str, milestone_key: str, *, reason: str, by: int | None) -> bool:
    """Confirm a milestone that asks for it, and have the learner judged; False when it was confirmed before."""
    plans = _live_plans(name)
    asking = {need.ref for plan in plans for need in plan.needs if need.kind == "manual"}
    if milestone_key not in asking:
        known = ", ".join(sorted(asking)) or "none"
        raise BadInput(f"{name} has no milestone {milestone_key!r} that staff confirm; those that do: {known}.")
    gates.enter_alone(user_id)
    created = readers.confirm(user_id, plans[0].microcredential_id, milestone_key, reason=_reason(reason), by=by)
    for plan in plans:
        outbox.mark(user_id, plan.run or interest.AWARDS)
    return created
