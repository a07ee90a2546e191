"""References to blocks and courses: what is valid in a document, what is relative, and how it becomes absolute."""

import re

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from microcred_plugin.criteria import vocabulary as words
from microcred_plugin.criteria.document import HOME

#: ``type@id``: leaves room for the longest prefix a run's key is likely to add.
MAX_RELATIVE = 150


def is_relative_block(ref: str) -> bool:
    """Say whether a block is named ``type@id``, within the home course."""
    return words.ABSOLUTE_BLOCK.fullmatch(ref) is None


def block_problem(ref: str) -> str | None:
    """Say what is wrong with a block reference, None when nothing is."""
    if words.RELATIVE_BLOCK.fullmatch(ref) and not ref.startswith(("block-v1:", "ccx-block-v1:")):
        return None if len(ref) <= MAX_RELATIVE else f"is longer than {MAX_RELATIVE} characters"
    if words.ABSOLUTE_BLOCK.fullmatch(ref) and len(ref) <= words.MAX_KEY and _is_plain_usage(ref):
        return None
    return (
        'is not a block. Write "type@id" for a block of the home course, as in "vertical@a1b2c3", '
        'or a full key, as in "block-v1:Org+Course+Run+type@vertical+block@a1b2c3"'
    )


def course_problem(ref: str) -> str | None:
    """Say what is wrong with a course reference, None when nothing is."""
    if ref == HOME or (words.ABSOLUTE_COURSE.fullmatch(ref) and len(ref) <= words.MAX_KEY and course_key(ref)):
        return None
    return 'is not a course. Write "home" for the home course, or a full key, as in "course-v1:Org+Course+Run"'


def course_key(run: str) -> CourseKey | None:
    """Return the key of a run; None for what is no course run, or names a branch or a version of one."""
    try:
        found = CourseKey.from_string(run)
    except InvalidKeyError:
        return None
    is_run = run.startswith(("course-v1:", "ccx-v1:")) and found.run and str(found) == run
    return found if is_run and "+branch@" not in run and "+version@" not in run else None


_CCX = re.compile(r"ccx-v1:(.+)\+ccx@[^+@]+")


def master_of(run: str) -> str:
    """Return the course that a CCX (``ccx-v1:Org+Course+Run+ccx@1``) is made of; any other run is its own."""
    found = _CCX.fullmatch(run)
    return f"course-v1:{found[1]}" if found else run


def absolute_block(ref: str, run: CourseKey) -> str:
    """Return the full key of ``type@id`` in a run. Raises InvalidKeyError (opaque_keys) when there can be none."""
    block_type, _, block_id = ref.partition("@")
    return str(run.make_usage_key(block_type, block_id))


def _is_plain_usage(ref: str) -> bool:
    try:
        found = UsageKey.from_string(ref)
    except InvalidKeyError:
        return False
    return str(found) == ref and course_key(str(found.context_key)) is not None


def block_in(block: str, run: str) -> str:
    """Return the same block in a CCX when it is one of its master course; any other block as it is."""
    master = master_of(run)
    prefix = f"block-v1:{master.removeprefix('course-v1:')}+type@"
    if master == run or not block.startswith(prefix):
        return block
    return f"ccx-block-v1:{run.removeprefix('ccx-v1:')}+type@{block.removeprefix(prefix)}"
