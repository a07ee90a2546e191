"""The outline of a course as its team sees it: what can be asked for, and what would be asked in vain."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from opaque_keys.edx.keys import UsageKey

from microcred_plugin.authoring_data import OutlineNode
from microcred_plugin.conf import settings
from microcred_plugin.errors import NotFound
from microcred_plugin.flows.refresh_structure import fresh
from microcred_plugin.structure.outline import Outline, OutlineItem

#: What authors choose among; what is inside a unit has no place of its own in the outline they know.
_SHOWN = ("chapter", "sequential", "vertical")


def outline_of(run: str) -> Outline:
    """Return the outline of a run as it is published now; NotFound without a course."""
    outline = fresh(run)
    if outline is None:
        raise NotFound(f"There is no course {run}, or nothing of it has been published.")
    return outline


def outline_tree(run: str) -> tuple[OutlineNode, ...]:
    """Return the sections of a run, with what is in them."""
    return nodes(outline_of(run))


def nodes(outline: Outline) -> tuple[OutlineNode, ...]:
    """Return the sections of an outline, with what is in them."""
    below: dict[str | None, list[OutlineItem]] = defaultdict(list)
    for item in outline.items.values():
        if item.type in _SHOWN:
            below[item.parent].append(item)
    roots = [item.key for item in outline.items.values() if item.parent is None]
    silent = frozenset(settings.MICROCRED_SILENT_BLOCK_TYPES)
    return tuple(node for root in roots for node in _below(root, below, silent))


def _below(parent: str, below: Mapping[str | None, list[OutlineItem]], silent: frozenset[str]) -> Iterator[OutlineNode]:
    for item in below.get(parent, ()):
        yield OutlineNode(
            key=item.key,
            ref=reference(item.key),
            type=item.type,
            title=item.title,
            leaves=item.size,
            types=item.types,
            graded=item.graded,
            due=item.due,
            notes=tuple(_notes(item, silent)),
            children=tuple(_below(item.key, below, silent)),
        )


def _notes(item: OutlineItem, silent: frozenset[str]) -> Iterator[str]:
    if item.staff_only:
        yield "staff-only"
    elif item.size < 1:
        yield "empty"
    if item.per_learner:
        yield "per-learner"
    if silent.intersection(item.types):
        yield "silent"


def reference(key: str) -> str:
    """Return how a document names a block of its home course, ``type@id``."""
    found = UsageKey.from_string(key)
    return f"{found.block_type}@{found.block_id}"


def titles_of(outline: Outline) -> dict[str, str]:
    """Name the blocks of an outline by both ways in which a document may refer to them."""
    named = {item.key: item.title for item in outline.items.values() if item.title}
    return named | {reference(key): title for key, title in named.items()}
