"""The blocks of a course as a tree, with the completion mode that each type has on the platform."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.plugin import PluginMissingError

from microcred_plugin.compat.port import CompletionMode, CourseBlock
from microcred_plugin.sandbox.models import SandboxBlock

AGGREGATORS = frozenset(
    {"course", "chapter", "sequential", "vertical", "split_test", "library_content", "itembank", "conditional",
     "randomize", "wrapper"}
)  # fmt: skip
_EXCLUDED = frozenset({"discussion"})
BANKS = frozenset({"library_content", "itembank"})


@dataclass(slots=True, eq=False)
class Node:
    """A block in its tree."""

    row: SandboxBlock
    parent: "Node | None"
    children: list["Node"] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The usage key."""
        return self.row.key

    @property
    def type(self) -> str:
        """The block type."""
        return self.row.type

    @property
    def title(self) -> str:
        """The display name."""
        return self.row.title

    @property
    def fields(self) -> dict[str, Any]:
        """What the sandbox understands of the attributes, see ``importing``."""
        fields: dict[str, Any] = self.row.fields
        return fields

    @property
    def max_score(self) -> Decimal | None:
        """The points it is worth; None when it is not scored."""
        return Decimal(self.fields["max_score"]) if "max_score" in self.fields else None

    def walk(self) -> Iterator["Node"]:
        """Give this node and all below it in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def above(self, kind: str) -> "Node | None":
        """Give the nearest node of a type, this one or above."""
        node: Node | None = self
        while node is not None and node.type != kind:
            node = node.parent
        return node


def tree(rows: list[SandboxBlock]) -> Node | None:
    """Make the tree of one course from its rows in reading order; None without rows."""
    nodes: dict[str, Node] = {}
    for row in rows:
        parent = nodes.get(row.parent_key)
        node = nodes[row.key] = Node(row, parent)
        if parent is not None:
            parent.children.append(node)
    return next(iter(nodes.values()), None)


def load(course_key: str, *, text: bool = False) -> Node | None:
    """Read one course's tree in one query, with the blocks' text only when asked for."""
    rows = SandboxBlock.objects.filter(course__key=course_key).select_related("course").order_by("position")
    if not text:
        rows = rows.defer("text")
    return tree([row for row in rows if row.course.key == course_key])  # exact: some databases fold the case


_kept: dict[str, tuple[Any, Node]] = {}
_KEPT_COURSES = 8


def kept(course_key: str, stamp: Any) -> Node | None:
    """Read one course's tree, or give the one read before with the same stamp: a course is large and changes seldom."""
    found = _kept.get(course_key)
    if found is not None and found[0] == stamp:
        return found[1]
    root = load(course_key)
    if root is not None:
        if len(_kept) >= _KEPT_COURSES:
            _kept.clear()
        _kept[course_key] = (stamp, root)
    return root


@lru_cache(maxsize=256)
def completion_mode(block_type: str) -> CompletionMode:
    """Give the completion mode of a type: the platform's, or that of the installed class, or completable."""
    if block_type in AGGREGATORS:
        return CompletionMode.AGGREGATOR
    if block_type in _EXCLUDED:
        return CompletionMode.EXCLUDED
    try:
        block_class = XBlock.load_class(block_type)
    except PluginMissingError:
        return CompletionMode.COMPLETABLE
    return CompletionMode(XBlockCompletionMode.get_mode(block_class))


def course_block(node: Node) -> CourseBlock:
    """Describe a node and all below it to the plugin."""
    fields = node.fields
    return CourseBlock(
        key=node.key,
        type=node.type,
        title=node.title,
        children=tuple(course_block(child) for child in node.children),
        completion_mode=completion_mode(node.type),
        staff_only=bool(fields.get("staff_only")),
        optional=bool(fields.get("optional")),
        restricted=bool(fields.get("group_access")),
        max_count=fields.get("max_count"),
        graded=bool(fields.get("graded")),
        has_score=node.max_score is not None,
        due=datetime.fromisoformat(fields["due"]) if "due" in fields else None,
    )
