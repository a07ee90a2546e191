"""The badges a block shows: of the whole, of milestones, of what stands above and below in the stack."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from microcred_plugin.data import AwardData, ProgressData, StackLink
from microcred_plugin.presenting import words

#: ``draw(image, title=…, segments=…, lit=…, label=…, id_prefix=…) -> str``, an SVG that is safe to put into a page.
Draw = Callable[..., str]


def whole_badge(progress: ProgressData, draw: Draw, uid: str) -> SafeString:
    """Draw the badge of the whole; it is lit only while the award is held."""
    held = progress.award is not None and progress.award.held
    svg = draw(
        progress.image,
        title=progress.title,
        segments=[milestone.fraction for milestone in progress.milestones],
        lit=held,
        label=_label(progress.title, _told(progress.award, progress.fraction)),
        id_prefix=f"{uid}-b",
    )
    return SafeString(svg)


def milestone_badges(progress: ProgressData, draw: Draw, uid: str) -> list[dict[str, Any]]:
    """Draw the badges of the milestones that have one of their own."""
    found = []
    for number, milestone in enumerate(progress.milestones, 1):
        if milestone.badge:
            lit = milestone.award is not None and milestone.award.held
            state = _told(milestone.award, milestone.fraction)
            svg = draw(
                progress.image,
                title=milestone.title,
                segments=[milestone.fraction],
                lit=lit,
                label=_label(milestone.title, state),
                id_prefix=f"{uid}-m{number}",
            )
            found.append({"svg": SafeString(svg), "title": milestone.title, "lit": lit, "state": state})
    return found


def neighbours(links: tuple[StackLink, ...], draw: Draw, uid: str) -> list[dict[str, Any]]:
    """Draw what stands above or below it in the stack."""
    return [
        {
            "uuid": str(link.uuid),
            "title": link.title,
            "earned": link.earned,
            "state": words.stack_step(link),
            "svg": SafeString(
                draw(
                    link.image,
                    title=link.title,
                    segments=link.segments or ([Decimal(1)] if link.earned else []),
                    lit=link.earned,
                    label=f"{link.title}: {words.stack_step(link)}",
                    id_prefix=f"{uid}{number}",
                )
            ),
        }
        for number, link in enumerate(links, 1)
    ]


def _label(title: str, state: str) -> str:
    return _("Badge %(title)s: %(state)s") % {"title": title, "state": state}


def _told(award: AwardData | None, fraction: Decimal) -> str:
    if award is not None:
        return _("earned") if award.held else _("not valid now")
    return _("%(percent)d%% complete") % {"percent": words.percent(fraction)}
