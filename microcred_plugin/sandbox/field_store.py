"""Where the runtime keeps a block's fields: authored ones in the block's row, none for learners."""

from typing import Any

from django.utils import timezone
from xblock.exceptions import InvalidScopeError
from xblock.fields import Scope, UserScope
from xblock.runtime import KeyValueStore

from microcred_plugin.sandbox import signals
from microcred_plugin.sandbox.models import SandboxBlock, SandboxCourse
from microcred_plugin.sandbox.olx.values import decoded


class BlockRows(KeyValueStore):  # type: ignore[misc]
    """Reads fields from rows of ``SandboxBlock``; writes them only in Studio, as a publish.

    A learner's fields are refused: no block of ours has any, and the platform's store for them is none of ours.
    """

    def __init__(self, rows: dict[str, SandboxBlock], *, may_write: bool) -> None:
        self._rows = rows
        self._may_write = may_write

    def _olx(self, key: Any) -> dict[str, Any]:
        if key.scope.user != UserScope.NONE or key.scope.block == Scope.preferences.block:
            raise InvalidScopeError(key)
        row = self._rows.get(str(key.block_scope_id))
        olx: dict[str, Any] = {} if row is None else row.fields.get("olx", {})
        return olx

    def get(self, key: Any) -> Any:
        """Return a field's value; KeyError when the author set none."""
        value = self._olx(key)[key.field_name]
        return value if key.field_name in _TEXTS else decoded(value)

    def has(self, key: Any) -> bool:
        """Say whether the author set the field."""
        return key.scope.user == UserScope.NONE and key.field_name in self._olx(key)

    def set(self, key: Any, value: Any) -> None:
        """Store one field."""
        self.set_many({key: value})

    def delete(self, key: Any) -> None:
        """Go back to the field's default."""
        self._write(key, lambda olx: olx.pop(key.field_name, None))

    def set_many(self, update_dict: dict[Any, Any]) -> None:
        """Store fields."""
        for key, value in update_dict.items():
            self._write(key, lambda olx, key=key, value=value: olx.__setitem__(key.field_name, value))

    def _write(self, key: Any, change: Any) -> None:
        row = self._rows.get(str(key.block_scope_id))
        if not self._may_write or row is None:
            raise InvalidScopeError(key)
        olx = self._olx(key)
        change(olx)
        row.fields = {**row.fields, "olx": olx}
        row.title = str(olx.get("display_name") or row.title)
        row.save(update_fields=["fields", "title"])
        SandboxCourse.objects.filter(pk=row.course_id).update(version=row.course.version + 1, imported=timezone.now())
        signals.course_published.send(sender=SandboxCourse, course_key=row.course.key)


#: Fields that are text even if they look like JSON.
_TEXTS = frozenset({"display_name", "microcredential", "variant", "title"})
