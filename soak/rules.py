"""What can be earned, said twice: as documents for the product, and as plain Python for the oracle.

Leaves are numbered in reading order, four to a unit.
"""

from collections.abc import Callable, Mapping, Set
from typing import Any

LEAVES = 16
BEGIN = frozenset({0, 1, 2, 3})  #: the first unit
CHOICE = frozenset({4, 5, 6})  #: two of these
HALF = frozenset({8, 9, 10, 11})  #: half of the third unit
EITHER = frozenset({12, 13})  #: one of these
NEEDED = BEGIN | CHOICE | HALF | EITHER

Target = tuple[str, str]  #: slug, key of the milestone that has a badge; '' is the whole

FIRST, DEEPER, WHOLE = "first-steps", "go-deeper", "whole-way"
STACK: Target = (WHOLE, "")
STACKED: tuple[Target, ...] = ((FIRST, ""), (DEEPER, ""))


def _begun(done: Set[int]) -> bool:
    return done >= BEGIN


def _chosen(done: Set[int]) -> bool:
    return len(done & CHOICE) >= 2


def _deep(done: Set[int]) -> bool:
    return len(done & HALF) >= 2 and len(done & EITHER) >= 1


#: For each award that courseware earns: whether these leaves earn it. The stack follows from ``STACKED``.
EARNS: Mapping[Target, Callable[[Set[int]], bool]] = {
    (FIRST, "choose"): _chosen,
    (FIRST, ""): lambda done: _begun(done) and _chosen(done),
    (DEEPER, ""): _deep,
}


def documents(reference: Callable[[str, int], str]) -> list[dict[str, Any]]:
    """Write what courseware earns; ``reference(kind, number)`` names the nth ``unit`` or ``leaf`` as documents do."""

    def leaf(number: int) -> dict[str, Any]:
        return {"completion": {"block": reference("leaf", number)}}

    choice = {"at_least": {"count": 2, "of": [leaf(number) for number in sorted(CHOICE)]}}
    half = {"completion": {"block": reference("unit", 2), "percent": 50}}
    either = {"any": [leaf(number) for number in sorted(EITHER)]}
    return [
        _document(
            FIRST,
            _milestone("begin", {"all": [{"completion": {"block": reference("unit", 0)}}]}),
            _milestone("choose", choice, badge=True),
        ),
        _document(DEEPER, _milestone("half", {"all": [half]}), _milestone("either", either)),
    ]


def stack(uuids: list[str]) -> dict[str, Any]:
    """Write the microcredential that asks for the others."""
    return _document(WHOLE, _milestone("both", {"all": [{"microcredential": {"uuid": uuid}} for uuid in uuids]}))


def _milestone(key: str, requirement: Mapping[str, Any], *, badge: bool = False) -> dict[str, Any]:
    return {"key": key, "title": key.title(), "badge": badge, "require": dict(requirement)}


def _document(slug: str, *milestones: Mapping[str, Any]) -> dict[str, Any]:
    title = slug.replace("-", " ").capitalize()
    return {
        "format": "microcredential/1",
        "slug": slug,
        "title": title,
        "issuer": "SoakX",
        "milestones": list(milestones),
    }
