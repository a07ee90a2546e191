"""What a milestone shows: where it stands, its badge, and what is left as links to the exact unit."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from microcred_plugin.data import AwardState, BlockLink, MilestoneData, MissingData
from microcred_plugin.presenting import words

SHOWN = 5  #: links beyond these wait behind "and 12 more"


def milestones(all_of: Iterable[MilestoneData], now: datetime) -> list[dict[str, Any]]:
    """Describe each milestone in order; the first that is not earned is ``current``."""
    found = [_milestone(milestone, number, now) for number, milestone in enumerate(all_of, 1)]
    for milestone in found:
        if not milestone["earned"]:
            milestone["current"] = True
            break
    return found


def first_link(found: Iterable[dict[str, Any]]) -> dict[str, str] | None:
    """Give the first thing left to do that has an address (``title url milestone``): where a learner goes on."""
    for milestone in found:
        if milestone["earned"]:
            continue
        named = [*milestone["links"]]
        for sentence in milestone["sentences"]:
            named += [sentence["link"], *sentence["links"]] if sentence["link"] else sentence["links"]
        for link in named:
            if link["url"]:
                return {**link, "milestone": milestone["title"]}
    return None


def safe_url(url: str) -> str:
    """Pass on web addresses and paths of this site alone; anything else (``javascript:`` …) becomes no link."""
    try:
        scheme = urlsplit(url.strip()).scheme.lower()
    except ValueError:
        return ""
    return url.strip() if scheme in ("", "http", "https") else ""


def _milestone(milestone: MilestoneData, number: int, now: datetime) -> dict[str, Any]:
    award = milestone.award
    listed = _listed(milestone)
    links = _links(milestone) if listed and not milestone.earned else []
    rest = links[SHOWN:]
    return {
        "key": milestone.key,
        "number": number,
        "title": milestone.title,
        "description": milestone.description,
        "earned": milestone.earned,
        "current": False,
        "state": _state(milestone),
        "dash": str(0 if milestone.earned else words.percent(milestone.fraction)),
        "summary": milestone.summary,
        "tag": words.badge_tag(award, now) if award else "",
        "tag_good": award is not None and award.state == AwardState.GRANTED,
        "links": links[:SHOWN],
        "more": rest,
        "more_text": ngettext("and %(count)d more", "and %(count)d more", len(rest)) % {"count": len(rest)},
        "choice": any(one.alternative for one in milestone.missing),
        "broken": not milestone.earned and any(is_lost(block) for one in milestone.missing for block in one.blocks),
        "sentences": [] if listed or milestone.earned else [_sentence(one) for one in milestone.missing],
    }


def _state(milestone: MilestoneData) -> str:
    """Say in words what the dot shows."""
    if milestone.earned:
        return pgettext("milestone", "Earned")
    if milestone.fraction > 0:
        return _("%(percent)d%% done") % {"percent": words.percent(milestone.fraction)}
    return pgettext("milestone", "Not started")


def _listed(milestone: MilestoneData) -> bool:
    """Say whether all that is missing are things to complete: then a list of links says it best."""
    return all(one.requirement == "completion" and one.blocks for one in milestone.missing)


def _links(milestone: MilestoneData) -> list[dict[str, str]]:
    """Collect the blocks to complete, each once; several of one name in one place are counted."""
    counted = Counter((_title(block), safe_url(block.url)) for one in milestone.missing for block in one.blocks)
    return [
        {"title": title if count == 1 else f"{title} ({count})", "url": url} for (title, url), count in counted.items()
    ]


def is_lost(block: BlockLink) -> bool:
    """Say whether a block is not in the course as it is published now: then only its key is known."""
    return not block.type


def _title(block: BlockLink) -> str:
    if is_lost(block):
        return _("A part that is not in the course now")
    return block.title.strip() or block.type


def _sentence(missing: MissingData) -> dict[str, Any]:
    """Turn what is missing into a sentence, with the block it names as a link inside it."""
    links = [{"title": _title(block), "url": safe_url(block.url)} for block in missing.blocks]
    if len(links) == 1 and links[0]["url"]:
        before, named, after = missing.text.partition(links[0]["title"])
        if named:  # the link marks the name; quotes around it would mark it twice
            return {
                "before": before.removesuffix("“"),
                "link": links[0],
                "after": after.removeprefix("”"),
                "links": [],
            }
    return {"before": missing.text, "link": None, "after": "", "links": links}
