"""Write docs/reference/settings.md from the annotations of settings and switches, or ``--check`` that it is up to date.

The sources are parsed, not imported, so that no Django is needed. The annotations are those of the platform (OEP-17;
Open edX's code-annotations reads them as well), and each must say what the code below it says.
"""

import ast
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "microcred_plugin" / "conf.py"
SWITCHES = ROOT / "microcred_plugin" / "switches.py"
REFERENCE = ROOT / "docs" / "reference" / "settings.md"

HEAD = """# Settings

<!-- Generated from microcred_plugin/conf.py and switches.py; change it there and run: make settings-reference -->

Every setting has a default; none must be set. Set one as a Django setting of the platform, in the LMS and in Studio
alike (with Tutor: the patch `openedx-common-settings`). A setting is read each time it is used.
"""

SWITCHES_HEAD = """
## Switches

Waffle switches, off until they are switched on, in Django admin or with
`./manage.py lms waffle_switch NAME on --create`. Processes that share a cache, as a platform's do, hear of it at once.
"""

_ANNOTATION = re.compile(r"\s*# \.\. (\w+): (.*)")
_MORE = re.compile(r"\s*#   (\S.*)")


class Setting(NamedTuple):
    """One setting as the reference shows it."""

    name: str
    type: str
    default: str
    text: str


class Switch(NamedTuple):
    """One switch as the reference shows it."""

    name: str
    text: str


def read(source: str) -> list[Setting]:
    """Read the settings from the source of ``conf.py``, in its order; ValueError for one that is not annotated so."""
    lines = source.splitlines()
    [settings_class] = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    found = []
    for node in settings_class.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            name, default = node.target.id, ast.unparse(node.value)
            noted = annotations(lines[: node.lineno - 1])
            _agree(name, noted, {"setting_name": name, "setting_default": default}, "setting_description")
            found.append(Setting(name, ast.unparse(node.annotation), default, code(noted["setting_description"])))
    return found


def read_switches(source: str) -> list[Switch]:
    """Read the switches from the source of ``switches.py``; ValueError for one that is not annotated as it is."""
    lines = source.splitlines()
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            name = ast.literal_eval(node.value.args[0])
            kind = ast.unparse(node.value.func)
            noted = annotations(lines[: node.lineno - 1])
            said = {"toggle_name": name, "toggle_implementation": kind, "toggle_default": "False"}
            _agree(name, noted, said, "toggle_description", "toggle_use_cases", "toggle_creation_date")
            found.append(Switch(name, code(noted["toggle_description"])))
    return found


def annotations(above: list[str]) -> dict[str, str]:
    """Read the annotations that stand directly above: name → text, its lines joined."""
    block: list[str] = []
    for line in reversed(above):
        if not line.strip().startswith("#"):
            break
        block.insert(0, line)
    noted: dict[str, str] = {}
    name = ""
    for line in block:
        if begins := _ANNOTATION.fullmatch(line):
            name = begins[1]
            noted[name] = begins[2].strip()
        elif name and (goes_on := _MORE.fullmatch(line)):
            noted[name] += f" {goes_on[1].strip()}"
    return noted


def _agree(name: str, noted: dict[str, str], said: dict[str, str], *needed: str) -> None:
    missing = [key for key in (*said, *needed) if not noted.get(key)]
    if missing:
        raise ValueError(f"{name} has no annotation `# .. {missing[0]}: …` above it.")
    for key, value in said.items():
        if noted[key] != value:
            raise ValueError(f"{name}: its annotation {key} says {noted[key]}, but the code {value}.")


def code(text: str) -> str:
    """Turn the double backticks of comments into Markdown's."""
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def render(settings: list[Setting], switches: list[Switch]) -> str:
    """Write the page."""
    sections = (
        f"\n## {setting.name}\n\n{setting.text}\n\nType `{setting.type}`, default `{setting.default}`.\n"
        for setting in settings
    )
    more = (f"\n### {switch.name}\n\n{switch.text}\n" for switch in switches)
    return HEAD + "".join(sections) + SWITCHES_HEAD + "".join(more)


def main(*, check: bool) -> int:
    """Write the page, or say whether it is up to date; 1 when it is not."""
    page = render(read(SOURCE.read_text("utf-8")), read_switches(SWITCHES.read_text("utf-8")))
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
