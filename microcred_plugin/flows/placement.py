"""Where the block of ours stands in a course, and whether its team may add it."""

from collections.abc import Iterator

from microcred_plugin.authoring_data import BlockPlace, Placement
from microcred_plugin.compat import platform
from microcred_plugin.compat.port import BLOCK_TYPE, CourseBlock


def placement(run: str) -> Placement:
    """Say whether Studio offers the block in a course, and in which units it stands, as published now."""
    root = platform().published_outline(run)
    places = () if root is None else tuple(dict.fromkeys(_places(root, None)))
    return Placement(allowed=platform().block_is_allowed(run), places=places)


def allow(run: str, user_id: int) -> Placement:
    """Let the course's team add the block; twice is once."""
    platform().allow_block(run, user_id)
    return placement(run)


def _places(block: CourseBlock, unit: CourseBlock | None) -> Iterator[BlockPlace]:
    unit = block if block.type == "vertical" else unit
    if block.type == BLOCK_TYPE and unit is not None:
        yield BlockPlace(title=unit.title, url=platform().studio_unit_url(unit.key))
    for child in block.children:
        yield from _places(child, unit)
