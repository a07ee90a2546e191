"""Prove that installing our wheel into an environment with a release's pins changes nothing that is installed there.

Usage, with the Python of that environment: ``python .ci/no_pin_moves.py requirements/teak.txt``. The pins must be
installed already. pip is asked, without any constraint, what it would do: it may add, never change. With
``--installed``, only look whether the pins are still there: after we were installed in earnest.
"""

import json
import re
import subprocess
import sys
import tempfile
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
OURS = "microcred-plugin"


def normal(name: str) -> str:
    """Return a distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(file: Path) -> dict[str, str]:
    """Read ``name==version`` lines: normal name → version. A line without a version pins nothing."""
    lines = (line.split("#")[0].strip() for line in file.read_text("utf-8").splitlines())
    return {normal(name): version for name, _, version in (line.partition("==") for line in lines if "==" in line)}


def build_wheel(folder: Path) -> Path:
    """Build our wheel from a clean copy of the working tree, in ``folder``."""
    source = folder / "source"
    source.mkdir()
    subprocess.run([ROOT / ".ci" / "clean-copy", source], check=True)
    pip("wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(source))
    return next(folder.glob("*.whl"))


def pip(*arguments: str) -> None:
    """Run this environment's pip, with no constraint from outside."""
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments], check=True)


def planned(wheel: Path) -> dict[str, str]:
    """Ask pip what it would install for the wheel: normal name → version."""
    report = wheel.parent / "report.json"
    pip("install", "--quiet", "--dry-run", "--report", str(report), str(wheel))
    plan: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return {normal(item["metadata"]["name"]): item["metadata"]["version"] for item in plan["install"]}


def main(file: Path, *, only_look: bool) -> int:
    """Look at the pins, then at pip's plan; 1 when a pin is not there or something installed would change."""
    pinned = pins(file)
    installed = {normal(found.name): found.version for found in distributions() if normal(found.name) != OURS}
    elsewhere = {name: installed.get(name) for name, version in pinned.items() if installed.get(name) != version}
    if elsewhere or only_look:
        print(f"{file.stem}: {len(pinned)} pins, installed otherwise: {elsewhere or 'none'}")
        return 1 if elsewhere else 0
    return dry_run(file.stem, installed)


def dry_run(release: str, installed: dict[str, str]) -> int:
    """Build the wheel, ask pip, and print its plan; 1 when that changes something installed."""
    with tempfile.TemporaryDirectory() as folder:
        plan = planned(build_wheel(Path(folder)))
    moved = {name: version for name, version in plan.items() if name in installed}
    for name, version in moved.items():
        print(f"{release}: installing us would move {name} from {installed[name]} to {version}")
    added = ", ".join(f"{name} {version}" for name, version in sorted(plan.items()) if name not in installed)
    if not moved:
        print(f"{release}: {len(installed)} packages installed, none would be changed. Would be added: {added}")
    return 1 if moved else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), only_look="--installed" in sys.argv))
