"""Where a block stands and who looks at it, asked of the runtime in ways that LMS, Studio and workbench all answer."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any


@dataclass(frozen=True, slots=True)
class Viewer:
    """The effective user: a member of staff who masquerades as a learner is that learner."""

    user_id: int | None
    is_staff: bool


def viewer(block: Any) -> Viewer:
    """Ask the runtime's user service; without one, or without an id (Studio preview), it is nobody."""
    service = block.runtime.service(block, "user")
    user = service.get_current_user() if service else None
    attributes = getattr(user, "opt_attrs", None) or {}
    user_id = attributes.get("edx-platform.user_id")
    if attributes.get("edx-platform.is_authenticated") is False or not isinstance(user_id, int):
        user_id = None
    staff = attributes.get("edx-platform.user_is_staff") or attributes.get("edx-platform.user_is_global_staff")
    return Viewer(user_id, bool(staff))


def run_of(block: Any) -> str:
    """Name the course run a block stands in, without Studio's branch; '' in a library or a workbench."""
    key = getattr(block.scope_ids.usage_id, "context_key", None)
    if key is None or not getattr(key, "is_course", False):
        return ""
    return str(key.for_branch(None)) if hasattr(key, "for_branch") else str(key)


def page_id(block: Any) -> str:
    """Give a block's prefix for ids in a page, the same each time it is rendered."""
    return "mc" + sha256(str(block.scope_ids.usage_id).encode()).hexdigest()[:10]
