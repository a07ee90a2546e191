"""The fingerprint of a document."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of a document's canonical JSON: keys sorted, no spaces, UTF-8.

    Pass what ``dump`` wrote: then equal definitions have equal digests, and the digest survives a JSON column.
    """
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
