"""Look into a built wheel: everything needed is there, and nothing else.

Usage: ``python .ci/check_wheel.py WHEEL SOURCE``; SOURCE is the folder it was built from.
"""

import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path

#: What must be in the wheel, beside every Python file: one file at least for each pattern.
NEEDED = (
    "microcred_plugin/py.typed",
    "microcred_plugin/settings/common.py",
    "microcred_plugin/settings/sandbox.py",
    "microcred_plugin/settings/test.py",
    "microcred_plugin/xblocks/microcredential/block.py",
    "microcred_plugin/migrations/0001_initial.py",
    "microcred_plugin/criteria/schema.json",
    "microcred_plugin/sandbox/sample/*",
    "microcred_plugin/sandbox/templates/*.html",
    "microcred_plugin-*.dist-info/licenses/LICENSE",
)

#: Where a checkout's folder is installed.
INSTALLED = {
    "microcred_plugin": "microcred_plugin",
    "settings": "microcred_plugin/settings",
    "xblocks": "microcred_plugin/xblocks",
}

#: What stays behind in the checkout.
LEFT_OUT = ("__pycache__", ".egg-info", ".pyc", ".pot")


def expected(source: Path) -> set[str]:
    """Name each file of the three folders as it must be called in the wheel."""
    return {
        f"{installed}/{path.relative_to(source / folder).as_posix()}"
        for folder, installed in INSTALLED.items()
        for path in (source / folder).rglob("*")
        if path.is_file() and not any(part in path.as_posix() for part in LEFT_OUT)
    }


def problems(names: set[str], wanted: set[str]) -> list[str]:
    """Say what is missing from the names of a wheel's files, and what should not be there."""
    found = [f"is missing: {pattern}" for pattern in NEEDED if not any(fnmatch(name, pattern) for name in names)]
    found += [f"is missing: {name}" for name in sorted(wanted - names)]
    ours = {name for name in names if ".dist-info/" not in name}
    found += [f"should not be there: {name}" for name in sorted(ours - wanted)]
    return found


def main(wheel: Path, source: Path) -> int:
    """Print what is wrong with the wheel; 1 when anything is."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    found = problems(names, expected(source))
    for problem in found:
        print(f"{wheel.name}: {problem}")
    if not found:
        print(f"{wheel.name}: {len(names)} files, all of ours and nothing else.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
