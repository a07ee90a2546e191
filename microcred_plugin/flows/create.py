"""How a course team begins a microcredential: from the outline, from nothing, from a file, from one that is there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction

from microcred_plugin.authoring_data import OutlineNode
from microcred_plugin.compat import platform
from microcred_plugin.compat.port import Course
from microcred_plugin.criteria import vocabulary as words
from microcred_plugin.criteria.document import FORMAT
from microcred_plugin.criteria.parse import dump, parse
from microcred_plugin.definitions import api as definitions
from microcred_plugin.definitions import drafts, names
from microcred_plugin.definitions.models import Draft, Microcredential
from microcred_plugin.errors import BadInput, Conflict, NotFound
from microcred_plugin.flows.outline_tree import outline_tree

_LEVELS = {"section": "chapter", "subsection": "sequential"}
_KEY_LENGTH = 60


def blank(run: str, title: str, *, by: int | None) -> Draft:
    """Begin with a title and no milestone."""
    course = _course(run)
    if not title.strip():
        raise BadInput("A microcredential needs a title.")
    return _created(course, {"title": title.strip(), "milestones": []}, by=by)


def from_outline(run: str, level: str, title: str = "", *, by: int | None) -> Draft:
    """Begin with a milestone for each ``section`` or ``subsection`` in which learners have something to do.

    BadInput when there is none, or too many for one microcredential.
    """
    course = _course(run)
    wanted = [node for node in _at(outline_tree(run), _LEVELS[level]) if _can_be_asked(node)]
    if not wanted:
        raise BadInput(f"No {level} of this course holds anything that learners can complete. Publish some content.")
    if len(wanted) > words.MAX_MILESTONES:
        limit = f"at most {words.MAX_MILESTONES} milestones are possible"
        raise BadInput(f"The course has {len(wanted)} {level}s, and {limit}. Begin with sections, or with nothing.")
    keys = _keys(node.title or level for node in wanted)
    milestones = [
        {
            "key": key,
            "title": node.title or f"{level.title()} {number}",
            "badge": True,
            "require": {"all": [{"completion": {"block": node.ref}}]},
        }
        for number, (key, node) in enumerate(zip(keys, wanted, strict=True), 1)
    ]
    return _created(course, {"title": title.strip() or course.title, "milestones": milestones}, by=by)


@transaction.atomic
def from_document(run: str, document: Mapping[str, Any], *, by: int | None) -> Draft:
    """Begin with a file's document, which becomes this course's organisation's; loading it again updates the draft.

    InvalidDefinition when it is not valid; Conflict when its slug belongs to one that is not offered in this run.
    """
    course = _course(run)
    definition = parse({**names.located(document), "issuer": course.org})
    rows = Microcredential.objects.filter(issuer__short_name=course.org, slug=definition.slug)
    row = rows.first()
    if row is not None and not row.offerings.filter(run=run).exists():
        raise Conflict(f'"{definition.slug}" is the slug of another microcredential here. Change it in the file.')
    if row is not None and drafts.of(row).document == dump(definition):
        return drafts.of(row)
    draft = drafts.save(definition, by=by, lock=None)
    definitions.add_offering(draft.microcredential, run)
    return draft


@transaction.atomic
def copy(run: str, source: Microcredential, *, by: int | None) -> Draft:
    """Begin with what another one says, as a microcredential of its own."""
    document = drafts.of(source).document
    return _created(_course(run), {**document, "title": document.get("title") or source.title}, by=by)


def _created(course: Course, document: Mapping[str, Any], *, by: int | None) -> Draft:
    language = course.language if words.LANGUAGE.fullmatch(course.language) else "en"
    with transaction.atomic():
        draft = drafts.create(course.org, {"format": FORMAT, "language": language, **document}, by=by)
        definitions.add_offering(draft.microcredential, course.key)
    return draft


def _course(run: str) -> Course:
    course = platform().course(run)
    if course is None:
        raise NotFound(f"There is no course {run}.")
    return course


def _at(nodes: Sequence[OutlineNode], kind: str) -> Iterator[OutlineNode]:
    for node in nodes:
        if node.type == kind:
            yield node
        else:
            yield from _at(node.children, kind)


def _can_be_asked(node: OutlineNode) -> bool:
    return not {"empty", "staff-only"}.intersection(node.notes)


def _keys(titles: Iterator[str]) -> list[str]:
    """Make a key for each milestone of its title, each once."""
    found: list[str] = []
    for title in titles:
        found.append(next(key for key in drafts.slugs(title[:_KEY_LENGTH]) if key not in found))
    return found
