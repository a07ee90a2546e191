"""Says which blocks are scored, and out of how much."""

from microcred_plugin.sandbox.olx import values
from microcred_plugin.sandbox.olx.reader import OlxBlock
from microcred_plugin.sandbox.olx.xml import parse_leniently

#: Blocks that the platform scores, of those whose class is not installed here.
_SCORED = frozenset({"problem", "openassessment", "edx_sga", "staffgradedxblock", "drag-and-drop-v2", "lti_consumer"})


def max_score(block: OlxBlock) -> str:
    """Give the points that a block is worth as a decimal; empty when it is not scored.

    The author's ``weight``, else one point an answer, as the platform counts.
    """
    if not (block.type in _SCORED or values.is_true(block.fields.get("has_score"))):
        return ""
    weight = values.decoded(block.fields.get("weight"))
    if isinstance(weight, int | float) and not isinstance(weight, bool):
        return str(weight) if weight > 0 else ""
    if block.type != "problem":
        return "1"
    answers = _responses(block.text)
    return str(answers) if answers else ""


def _responses(text: str) -> int:
    root = parse_leniently(text)
    return 0 if root is None else sum(1 for element in root.iter() if element.tag.endswith("response"))
