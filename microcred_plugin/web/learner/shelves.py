"""In which order a learner's page shows what a course offers: what is not valid, what is left, what is earned."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from microcred_plugin.data import ProgressData

#: So many of what is left are shown with all their milestones; the others with their next step, and the rest on demand.
OPEN = 3

Card = dict[str, Any]


def order(progress: ProgressData) -> tuple[int, float]:
    """Sort key: what needs an explanation first, then what is left, the furthest first, then what is held."""
    if progress.award is None:
        return 1, -float(progress.fraction)
    return (2, 0) if progress.award.held else (0, 0)


def shelves(cards: Sequence[Card]) -> list[dict[str, Any]]:
    """Put cards, in ``order``, under headings; a heading without cards is left out."""
    left = [card for card in cards if not card["state"]]
    for number, card in enumerate(left):
        card["open"] = number < OPEN
    named = [
        ("ended", _("Not valid now"), [card for card in cards if card["state"] and not card["held"]]),
        ("left", _("Left to earn"), left),
        ("earned", _("Earned"), [card for card in cards if card["held"]]),
    ]
    return [{"key": key, "title": title, "cards": found} for key, title, found in named if found]


def told(cards: Sequence[Card]) -> str:
    """Say in one sentence what a learner has; empty when there is neither anything to have nor to earn."""
    earned, left = sum(card["held"] for card in cards), sum(not card["state"] for card in cards)
    if earned == len(cards):
        text = ngettext(
            "You have earned the microcredential of this course.",
            "You have earned all %(earned)d microcredentials of this course.",
            earned,
        )
    elif earned:
        text = _("You have earned %(earned)d of %(of)d microcredentials.")
    else:
        text = ngettext("You can earn a microcredential.", "You can earn %(left)d microcredentials.", left)
    return text % {"earned": earned, "left": left, "of": len(cards)} if earned or left else ""


def invitation(cards: Sequence[Card]) -> str:
    """Ask to enrol, once for all, whom nothing here counts for; else empty."""
    left = [card for card in cards if not card["state"]]
    if not left or not all(card["can_enrol"] for card in left):
        return ""
    return ngettext("Enrol in this course to earn it.", "Enrol in this course to earn them.", len(left))


def next_step(cards: Sequence[Card]) -> Card | None:
    """Give the card with which to go on: the furthest of what is left that leads to a page of the course."""
    return next((card for card in cards if not card["state"] and card["eligible"] and card["go"]), None)
