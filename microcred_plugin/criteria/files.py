"""Writes a document as the file that ``read`` reads back to the same."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from microcred_plugin.criteria.read import is_plain_text

_WIDTH = 100
#: Line breaks to YAML, which without quotes would come back as spaces.
_BREAKS = re.compile("[\x85\u2028\u2029]")


class _Dumper(yaml.SafeDumper):
    """YAML as people write it: no aliases, texts with quotes only where they would be taken for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write the same thing twice rather than a reference, which ``read`` refuses."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None if is_plain_text(text) and not _BREAKS.search(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def as_file(document: Mapping[str, Any]) -> str:
    """Return a document as YAML, its members in their order."""
    return yaml.dump(dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
