"""What only the course team sees of the block: notices, the preview in Studio, the editor."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from microcred_plugin.data import MicrocredentialData, MicrocredentialState, ProgressData
from microcred_plugin.presenting import preview as previews
from microcred_plugin.presenting.card import card
from microcred_plugin.presenting.drawings import Draw

from . import choices
from .reading import BROKEN, EMPTY, MISSING, NO_RUN, Nothing
from .rendering import render


def notice(found: ProgressData | Nothing) -> str:
    """Tell the course team in one line why learners see nothing here, and what to do."""
    if isinstance(found, ProgressData):
        told = (_draft(), "")
    else:
        told = {
            MISSING: (
                _("The chosen microcredential is not offered in this course."),
                _("Edit the block and choose another, or add this course to its offerings."),
            ),
            EMPTY: (
                _("This course has no microcredential yet."),
                _("Make one on the course's microcredentials page; it appears here by itself."),
            ),
            NO_RUN: (_("Microcredentials are shown inside a course."), _("Copy this block into a course.")),
            BROKEN: (
                _("Microcredentials cannot be read at the moment."),
                _("Ask your operator to run “manage.py microcred doctor”."),
            ),
        }[found.reason]
    text, remedy = told
    return render("notice", {"who": _("Only the course team sees this:"), "text": text, "remedy": remedy})


def preview(found: ProgressData, variant: str, draw: Draw, uid: str, now: datetime) -> str:
    """Render the view as it would look before, half way and earned."""
    labels = {"before": _("At the start"), "half": _("Half way"), "earned": _("Earned")}
    panes = []
    for state in previews.STATES:
        shown = card(previews.imagine(found, state, now), draw=draw, uid=f"{uid}-{state}", now=now)
        body = render("root", {"variant": variant, "body": render(variant, {"card": shown})})
        panes.append({"state": state, "label": labels[state], "body": body})
    return render("author", {"uid": uid, "warnings": _warnings(found), "panes": panes})


def editor(
    offered: Collection[MicrocredentialData] | Nothing, chosen: str, variant: str, display_name: str, uid: str
) -> str:
    """Render the form of the block's settings."""
    listed = () if isinstance(offered, Nothing) else offered
    if isinstance(offered, Nothing) and offered.reason == BROKEN:
        hint = _(
            "Microcredentials cannot be read at the moment; ask your operator to run “manage.py microcred doctor”."
        )
    elif not listed:
        hint = _("This course has no microcredential yet. Once it has one, the block shows it by itself.")
    else:
        hint = _("Learners see their progress in it. A draft is shown once it is published.")
    context: dict[str, Any] = {
        "uid": uid,
        "chosen": chosen,
        "options": choices.options(listed, chosen),
        "variants": choices.variants(variant),
        "display_name": display_name,
        "hint": hint,
    }
    return render("studio", context)


def _warnings(found: ProgressData) -> list[str]:
    if found.state == MicrocredentialState.DRAFT:
        return [_draft()]
    if found.state == MicrocredentialState.RETIRED:
        return [_("This microcredential is retired: learners keep what they earned, and nobody can earn it any more.")]
    return []


def _draft() -> str:
    return _("This microcredential is not published yet: learners see nothing here until it is.")
