"""The published course, read from the published branch of the modulestore.

Not from block structures: their cache is made some time after a publish, is made from the draft branch when Studio asks
first, and holds the fields that the platform's transformers ask for, which leaves out some of ours (decision 0014).
"""

from collections.abc import Mapping
from typing import Any

from opaque_keys.edx.keys import CourseKey

from microcred_plugin.compat.edxapp.keys import course_key, plain
from microcred_plugin.compat.port import CompletionMode, CourseBlock
from microcred_plugin.errors import Unreadable


def published_outline(key: str) -> CourseBlock | None:
    """Return the course as learners have it; None when there is none, or none of it is published. Unreadable."""
    found = course_key(key)
    root = None if found is None else published_block(found)
    return None if found is None or root is None else _described(root, found)


def published_block(course: CourseKey) -> Any:
    """Return the course's root XBlock with all below it, from the published branch, in Studio, too; None without."""
    from xmodule.modulestore import ModuleStoreEnum
    from xmodule.modulestore.django import modulestore
    from xmodule.modulestore.exceptions import ItemNotFoundError

    store = modulestore()
    with store.branch_setting(ModuleStoreEnum.Branch.published_only, course), store.bulk_operations(course):
        try:
            return whole(store.get_course(course, depth=None, lazy=False))
        except ItemNotFoundError:
            return None


def whole(block: Any, place: object = "the course") -> Any:
    """Return a block, None for none; Unreadable for one that stands in for what could not be loaded.

    The modulestore does not raise what keeps it from loading a block, such as a database that is away for a moment: it
    answers with an ``ErrorBlock`` (xmodule/error_block.py) of another key and without children. Taken for the block, it
    would take away what was done in it. So as long as there is one, what was read before goes on counting.
    """
    if block is not None and block.scope_ids.block_type == "error":
        raise Unreadable(f"The platform could not load something of {place}; its own log says why.")
    return block


def _described(block: Any, course: CourseKey) -> CourseBlock:
    """Describe a block and all below it; a field that its type does not have has the value that says nothing."""
    return CourseBlock(
        key=plain(block.scope_ids.usage_id, course),
        type=block.scope_ids.block_type,
        title=_title(block),
        children=tuple(_described(child, course) for child in _children(block)),
        completion_mode=completion_mode(block),
        staff_only=bool(getattr(block, "visible_to_staff_only", False)),
        optional=bool(getattr(block, "optional_completion", False)),
        restricted=bool(group_access(block)),
        max_count=_max_count(block),
        graded=bool(getattr(block, "graded", False)),
        has_score=bool(getattr(block, "has_score", False)),
        due=getattr(block, "due", None),
    )


def _children(block: Any) -> list[Any]:
    """Give the children that can be read; a type that is not installed is there, as the platform's stand-in for it."""
    place = block.scope_ids.usage_id
    return [whole(child, place) for child in block.get_children() if child is not None] if block.has_children else []


def _title(block: Any) -> str:
    """Return what the author called it; without a name the platform shows the block's id, so we do."""
    return str(getattr(block, "display_name", None) or block.scope_ids.usage_id.block_id)


def completion_mode(block: Any) -> CompletionMode:
    """Return the completion mode, COMPLETABLE for a block that names none, as the platform has it."""
    mode = getattr(block, "completion_mode", None)
    return CompletionMode(mode) if mode in set(CompletionMode) else CompletionMode.COMPLETABLE


def group_access(block: Any) -> Mapping[int, list[int]]:
    """Return the groups, by partition, that see the block; a partition without groups restricts nobody.

    Read from the block itself: an inherited value has merged nothing (lms/djangoapps/course_blocks/transformers).
    """
    field = block.fields.get("group_access")
    if field is None or not field.is_set_on(block):
        return {}
    return {partition: groups for partition, groups in (block.group_access or {}).items() if groups}


def _max_count(block: Any) -> int | None:
    count = getattr(block, "max_count", None)
    return count if isinstance(count, int) else None
