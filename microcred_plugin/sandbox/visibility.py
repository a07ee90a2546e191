"""Which blocks one learner is shown: hidden ones out, banks and experiments drawn once per learner."""

from random import Random

from microcred_plugin.sandbox.content import BANKS, Node
from microcred_plugin.sandbox.platform import SandboxPlatform


class Viewer:
    """Somebody who looks at a course; staff see everything."""

    def __init__(self, user_id: int, root: Node, *, is_staff: bool) -> None:
        self.user_id = user_id
        self.is_staff = is_staff
        restricted = [node.key for node in root.walk() if node.fields.get("group_access")]
        self._allowed = frozenset(restricted)
        if restricted and not is_staff:
            course_key = root.row.course.key
            self._allowed = SandboxPlatform().visible_blocks([user_id], course_key, restricted)[user_id]

    def sees(self, node: Node) -> bool:
        """Say whether a block itself is shown."""
        if self.is_staff:
            return True
        return not node.fields.get("staff_only") and (not node.fields.get("group_access") or node.key in self._allowed)

    def reaches(self, node: Node) -> bool:
        """Say whether a block and all above it are shown."""
        here: Node | None = node
        while here is not None:
            if not self.sees(here):
                return False
            here = here.parent
        return True

    def children(self, node: Node) -> list[Node]:
        """Give the children shown, of a bank or an experiment those drawn for this learner (the same each time)."""
        shown = [child for child in node.children if self.sees(child)]
        if node.type in BANKS:
            count = node.fields.get("max_count", 1)
            return shown if count < 0 else self._drawn(node, shown, count)
        return self._drawn(node, shown, 1) if node.type == "split_test" else shown

    def _drawn(self, node: Node, shown: list[Node], count: int) -> list[Node]:
        lot = Random(f"{self.user_id}:{node.key}")  # noqa: S311 - who is shown which question is no secret
        drawn = {id(child) for child in lot.sample(shown, min(count, len(shown)))}
        return [child for child in shown if id(child) in drawn]
