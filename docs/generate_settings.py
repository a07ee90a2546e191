"""Write docs/reference/settings.md from microcred_plugin/conf.py, or ``--check`` that it is up to date.

The source is parsed, not imported: the ``#:`` comments above each setting are its description, and no Django is needed.
"""

import ast
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "microcred_plugin" / "conf.py"
REFERENCE = ROOT / "docs" / "reference" / "settings.md"

HEAD = """# Settings

<!-- Generated from microcred_plugin/conf.py; change it there and run: make settings-reference -->

Every setting has a default; none must be set. Set one as a Django setting of the platform, in the LMS and in Studio
alike (with Tutor: the patch `openedx-common-settings`). A setting is read each time it is used.
"""


class Setting(NamedTuple):
    """One setting as the reference shows it."""

    name: str
    type: str
    default: str
    text: str


def read(source: str) -> list[Setting]:
    """Read the settings from the source of ``conf.py``, in its order; ValueError for one without a description."""
    lines = source.splitlines()
    [settings_class] = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    found = []
    for node in settings_class.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            text = description(lines[: node.lineno - 1])
            if not text:
                raise ValueError(f"{node.target.id} has no #: comment above it.")
            found.append(Setting(node.target.id, ast.unparse(node.annotation), ast.unparse(node.value), text))
    return found


def description(above: list[str]) -> str:
    """Join the ``#:`` lines that stand directly above."""
    parts: list[str] = []
    for line in reversed(above):
        if not line.strip().startswith("#:"):
            break
        parts.insert(0, line.strip().removeprefix("#:").strip())
    return re.sub(r"``([^`]+)``", r"`\1`", " ".join(parts))


def render(settings: list[Setting]) -> str:
    """Write the page."""
    sections = (
        f"\n## {setting.name}\n\n{setting.text}\n\nType `{setting.type}`, default `{setting.default}`.\n"
        for setting in settings
    )
    return HEAD + "".join(sections)


def main(*, check: bool) -> int:
    """Write the page, or say whether it is up to date; 1 when it is not."""
    page = render(read(SOURCE.read_text("utf-8")))
    place = REFERENCE.relative_to(ROOT)
    if not check:
        REFERENCE.write_text(page, "utf-8")
        print(f"Wrote {place}.")
        return 0
    if REFERENCE.exists() and REFERENCE.read_text("utf-8") == page:
        print(f"{place} is up to date.")
        return 0
    print(f"{place} differs from {SOURCE.relative_to(ROOT)}; run: make settings-reference")
    return 1


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv))
