"""Words the explanation of where a learner stands, for a person at a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

from microcred_plugin.management.cli.layout import percent


def explained(username: str, found: Mapping[str, Any]) -> list[str]:
    """Return the lines for what ``api.explain`` gave."""
    return [*_head(username, found), "", *_milestones(found), *_awards(found)]


def _head(username: str, found: Mapping[str, Any]) -> Iterator[str]:
    run = f" in {found['run']}" if found["run"] else ""
    yield f"{found['microcredential']}, version {found['version']}{run}"
    done = sum(milestone["earned"] for milestone in found["milestones"])
    standing = "all that is asked for" if found["earned"] else percent(found["fraction"])
    yield (
        f"{username} has shown {standing}: {done} of {len(found['milestones'])} milestones, "
        f"evidence level {found['evidence_level']}."
    )
    if not found["eligible"]:
        yield "Not eligible: the enrolment, or its mode, is not what the definition asks for."


def _milestones(found: Mapping[str, Any]) -> Iterator[str]:
    width = max(len(milestone["title"]) for milestone in found["milestones"])
    for milestone in found["milestones"]:
        mark = "x" if milestone["earned"] else " "
        yield f"[{mark}] {milestone['title']:<{width}}  {percent(milestone['fraction']):>5}"
        for part in milestone["missing"]:
            yield from _part(part)


def _part(part: Mapping[str, Any]) -> Iterator[str]:
    choice = part.get("choice")
    other = f" (any {choice['need']} of {choice['of']} such is enough)" if choice else ""
    yield f"      {part['requirement']}: {part['have']} of {part['need']}{other}"
    # Where no block is left to do, what the requirement is about: a block, a course, a microcredential, a prompt.
    about = [value for key, value in part["condition"].items() if key in ("block", "course", "uuid", "prompt")]
    yield from (f"        {name}" for name in part["blocks"] or about)


def _awards(found: Mapping[str, Any]) -> Iterator[str]:
    awards = [*([found["award"]] if found["award"] else []), *found["badges"]]
    yield ""
    if not awards:
        yield "No award."
    for award in awards:
        what = f"badge of {award['milestone']}" if award["milestone"] else "award"
        yield f"{what} {award['uuid']}: {award['state']}, version {award['version']}, {award['evidence_level']}"
        for event in award["history"]:
            who = f" (user {event['by']})" if event["by"] else ""
            yield f"  {event['at'][:16].replace('T', ' ')} UTC  {event['kind']}{who}: {event['reason']}"
