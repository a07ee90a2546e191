"""Our block in a course: whether its team may add it, and how they are let (the course's advanced modules)."""

from typing import Any

from microcred_plugin.compat.edxapp import addresses
from microcred_plugin.compat.edxapp.keys import course_key
from microcred_plugin.compat.port import BLOCK_TYPE


def block_is_allowed(key: str) -> bool:
    """Say whether Studio offers our block in the course (cms/djangoapps/contentstore/views/component.py)."""
    course = _course(key)
    return course is not None and BLOCK_TYPE in course.advanced_modules


def allow_block(key: str, user_id: int) -> None:
    """Add our block to the course's advanced modules, as its advanced settings do; what is there stays."""
    from xmodule.modulestore.django import modulestore

    course = _course(key)
    if course is None or BLOCK_TYPE in course.advanced_modules:
        return
    course.advanced_modules = [*course.advanced_modules, BLOCK_TYPE]
    modulestore().update_item(course, user_id)


def studio_unit_url(block: str) -> str:
    """Return Studio's address of a unit; where an MFE shows units, it leads there."""
    return f"{addresses.studio()}/container/{block}"


def _course(key: str) -> Any:
    from xmodule.modulestore.django import modulestore

    found = course_key(key)
    return None if found is None else modulestore().get_course(found)
