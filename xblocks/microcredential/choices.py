"""What a course team can set on the block, and the check of what comes back from the editor."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from microcred_plugin.data import MicrocredentialData, MicrocredentialState
from microcred_plugin.errors import BadInput

VARIANTS = ("progress", "badge", "stack")
NAME_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Settings:
    """The block's settings, checked."""

    display_name: str
    microcredential: str
    variant: str


def check(data: Any, offered: Collection[MicrocredentialData]) -> Settings:
    """Check settings from the editor; raises ``BadInput`` with a sentence for the course team."""
    if not isinstance(data, Mapping):
        raise BadInput(_("The settings could not be read."))
    variant, chosen, name = (data.get(key) for key in ("variant", "microcredential", "display_name"))
    if variant not in VARIANTS:
        raise BadInput(_("Choose what the block shows."))
    if not isinstance(name, str) or not name.strip() or len(name) > NAME_LENGTH:
        raise BadInput(_("Give the block a name of at most %(count)d characters.") % {"count": NAME_LENGTH})
    return Settings(name.strip(), _offered(chosen, offered), variant)


def _offered(chosen: object, offered: Collection[MicrocredentialData]) -> str:
    """Return the uuid in its usual form, or '' for the course's first; one of another course is refused."""
    if chosen in ("", None):
        return ""
    try:
        uuid = UUID(str(chosen))
    except ValueError:
        uuid = None
    if uuid is None or uuid not in {one.uuid for one in offered}:
        raise BadInput(_("Choose a microcredential of this course."))
    return str(uuid)


def variants(chosen: str) -> list[dict[str, Any]]:
    """Describe the variants for the editor."""
    told = {
        "progress": (_("Progress"), _("Every milestone, how far the learner is, and links to what is left.")),
        "badge": (_("Badge"), _("The badge in one line, with the badges of the milestones.")),
        "stack": (_("Stack"), _("What it builds on and what it counts towards.")),
    }
    return [
        {"value": value, "name": name, "about": about, "chosen": value == chosen}
        for value, (name, about) in told.items()
    ]


def options(offered: Collection[MicrocredentialData], chosen: str) -> list[dict[str, Any]]:
    """Describe the microcredentials of the run for the editor."""
    states = {
        MicrocredentialState.DRAFT: _("draft: learners do not see it yet"),
        MicrocredentialState.PUBLISHED: _("published"),
        MicrocredentialState.RETIRED: _("retired: can no longer be earned"),
    }
    return [
        {"uuid": str(one.uuid), "title": one.title, "state": states[one.state], "chosen": str(one.uuid) == chosen}
        for one in offered
    ]
