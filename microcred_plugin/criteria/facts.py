"""Evidence as JSON, small: what is stored of a learner beside a verdict, and read back to judge again."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from microcred_plugin.criteria.verdict import Evidence, EvidenceLevel, Fact

# Every left block of a course repeats the course; "type@id" is enough beside the evidence key.
_COMMON = "+type@"


def to_json(evidence: Evidence) -> dict[str, Any]:
    """Turn evidence into a JSON object: evidence key → the fact's members that are not the default."""
    return {key: _fact_to_json(key, fact) for key, fact in sorted(evidence.items())}


def from_json(stored: Mapping[str, Any]) -> dict[str, Fact]:
    """Read what ``to_json`` wrote."""
    return {key: _fact_from_json(key, value) for key, value in stored.items()}


def _fact_to_json(key: str, fact: Fact) -> dict[str, Any]:
    prefix = _prefix(key)
    values: dict[str, Any] = {
        "have": str(fact.have),
        "of": str(fact.of) if fact.of != 1 else None,
        "left": [block.removeprefix(prefix) for block in fact.left],
        "units": fact.units,
        "at": fact.at.isoformat() if fact.at else None,
        "level": fact.level.label if fact.level is not None else None,
    }
    return {name: value for name, value in values.items() if value}


def _fact_from_json(key: str, stored: Mapping[str, Any]) -> Fact:
    prefix, at, level = _prefix(key), stored.get("at"), stored.get("level")
    return Fact(
        have=Decimal(stored["have"]),
        of=Decimal(stored.get("of", 1)),
        left=tuple(block if ":" in block else prefix + block for block in stored.get("left", ())),
        units=stored.get("units", 0),
        at=datetime.fromisoformat(at) if at else None,
        level=EvidenceLevel[level.upper()] if level else None,
    )


def _prefix(key: str) -> str:
    ref = key.partition(":")[2]
    head, found, _ = ref.partition(_COMMON)
    return head + found if found else "\0"
