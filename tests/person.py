"""A person about whom every table of ours holds something, and a way to find what is left of them."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import models

from microcred_plugin import api
from microcred_plugin.awards import notices
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.evidence import outbox
from microcred_plugin.sandbox import learning
from tests.world import World, completion, definition, milestone

#: No number in a table is like this one by chance.
ID = 987_654_321
SECRET = "Ada Lovelace, file 7"
_MANUAL = {"manual": {"prompt": "Reviewed."}}


def everywhere(world: World) -> User:
    """Make a learner who has earned, was confirmed, waits, and has done as a member of staff whatever staff can do."""
    ada = User.objects.create_user("ada", "ada@example.org", id=ID)
    learning.enrol(ada, world.run)
    staff, grace = User.objects.create_user("staff"), world.learner("grace")
    _published_by(world, ada)
    world.complete(ada, "vertical@u1")
    api.confirm(ada.pk, "basics", "seen", reason=SECRET, by=staff.pk)
    for award in api.awards_of(ada.pk):
        api.hold(award.uuid, reason=SECRET, by=staff.pk)
        api.restore(award.uuid, reason=SECRET, by=staff.pk)
    api.award(ada.pk, "other", reason=SECRET, by=staff.pk)
    api.confirm(grace.pk, "basics", "seen", reason="Seen.", by=ada.pk)
    api.award(grace.pk, "other", reason="So.", by=ada.pk)
    wait(ada, world)
    return ada


def _published_by(world: World, author: User) -> None:
    parts = [milestone("m", [completion("vertical@u1")], badge=True), milestone("seen", [_MANUAL])]
    for slug in ("basics", "other"):
        api.save_draft(definition(slug, milestones=parts), by=author.pk, run=world.run)
        api.publish(slug, by=author.pk)


def wait(user: User, world: World) -> None:
    """Let the learner wait in the outbox, and what they earned to be told, as when no worker is there."""
    from microcred_plugin.evidence.models import Pending

    outbox.mark(user.pk, world.run)
    Pending.objects.update_or_create(
        user_id=user.pk, context=world.run, defaults={"change": 7, "changed_at": user.date_joined}
    )
    for award in Award.objects.filter(user=user):
        notices.add([award], "granted", award.granted_at, mailed=[award])


def traces(*needles: object) -> list[str]:
    """Name every field of ours, as Model.field, in a row of which one of these stands."""
    found = set()
    for model in apps.get_app_config("microcred_plugin").get_models():
        for row in models.QuerySet(model).values():
            found |= {
                f"{model.__name__}.{name}"
                for name, value in row.items()
                if any(str(needle) in str(value) for needle in needles)
            }
    return sorted(found)


def actors() -> list[Any]:
    """List who acted in all histories, in order."""
    return list(AwardEvent.objects.order_by("pk").values_list("actor_id", flat=True))
