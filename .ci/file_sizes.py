"""Refuse any Python or JavaScript file longer than 400 lines: it has more than one job."""

import subprocess
import sys
from pathlib import Path

LIMIT = 400
ROOT = Path(__file__).parent.parent


def sources() -> list[Path]:
    """Name the sources git knows or would add, migrations (which Django writes) excepted."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py", "*.js"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if "/migrations/" not in name and (ROOT / name).exists()]


def main() -> int:
    """Print the files that are too long; 1 when there are any."""
    files = sources()
    long = {path: lines for path in files if (lines := len(path.read_text("utf-8").splitlines())) > LIMIT}
    for path, lines in long.items():
        print(f"{path.relative_to(ROOT)}: {lines} lines; split it, {LIMIT} is the limit.")
    if not long:
        print(f"File sizes: {len(files)} files, none over {LIMIT} lines.")
    return 1 if long else 0


if __name__ == "__main__":
    sys.exit(main())
