"""The microcredentials that are measured with, published without the linter, which would read the course each time."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from bench.course import Course
from bench.sizes import LEAVES_IN_UNIT, UNITS_IN_SUBSECTION
from microcred_plugin.criteria.parse import parse
from microcred_plugin.data import MicrocredentialState
from microcred_plugin.definitions import api as definitions
from microcred_plugin.definitions import drafts, interest, offered, versions
from microcred_plugin.definitions.models import Microcredential
from microcred_plugin.evidence import listening


def publish(document: Mapping[str, Any], run: str) -> Microcredential:
    """Publish a document in a run, with all that a publish writes except its backfills."""
    definition = parse(document)
    with transaction.atomic():
        row = drafts.save(definition, by=None, lock=None).microcredential
        definitions.add_offering(row, run)
        row.current_version = version = versions.add_version(row, definition, by=None, note="")
        row.state = MicrocredentialState.PUBLISHED.value
        row.save()
        interest.write(row, versions.plans([(version.pk, run)]))
    for known in (listening, offered):
        known.forget()
    return row


def broad(course: Course) -> dict[str, Any]:
    """Return a microcredential over everything that learners have done: half of it by subsection, half by unit."""
    reached = -(-course.size.reach // (LEAVES_IN_UNIT * UNITS_IN_SUBSECTION))
    subsections = [_completion(key, percent=80) for key in course.subsections[: reached // 2]]
    units = [
        _completion(key) for key in course.units[reached // 2 * UNITS_IN_SUBSECTION : reached * UNITS_IN_SUBSECTION]
    ]
    half = len(units) // 2
    return _document("broad", [_some(subsections), _some(units[:half]), _some(units[half:])])


def broad_leaves(course: Course) -> Sequence[str]:
    """Name the leaves that ``broad`` asks for."""
    reached = -(-course.size.reach // (LEAVES_IN_UNIT * UNITS_IN_SUBSECTION))
    return course.leaves[: reached * LEAVES_IN_UNIT * UNITS_IN_SUBSECTION]


def usual(course: Course, number: int) -> dict[str, Any]:
    """Return the nth of many: three milestones over ten units somewhere in the course, and a subsection's grade."""
    units = [course.units[(number * 10 + offset) % len(course.units)] for offset in range(10)]
    grade = {"subsection_grade": {"block": course.subsections[number % len(course.subsections)], "minimum": "0.50"}}
    parts = [[_completion(key) for key in part] for part in (units[:3], units[3:6], units[6:])]
    return _document(f"usual-{number}", [{"all": parts[0]}, {"all": parts[1]}, {"all": [*parts[2], grade]}])


def quick(course: Course, number: int) -> dict[str, Any]:
    """Return one that is earned with the nth unit from the end of the course."""
    return _document(f"quick-{number}", [{"all": [_completion(course.units[-1 - number])]}])


def _completion(block: str, percent: int = 100) -> dict[str, Any]:
    return {"completion": {"block": "@".join(block.partition("+type@")[2].split("+block@")), "percent": percent}}


def _some(conditions: list[dict[str, Any]]) -> dict[str, Any]:
    return {"at_least": {"count": max(len(conditions) // 3, 1), "of": conditions}}


def _document(slug: str, requirements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "format": "microcredential/1",
        "slug": slug,
        "title": slug.title(),
        "issuer": "BenchX",
        "milestones": [
            {"key": f"step-{number}", "title": f"Step {number}", "require": requirement}
            for number, requirement in enumerate(requirements)
        ],
    }
