"""Measure every budget on every database there is: ``python bench/run.py [--size full|small] [--database ADDRESS]``.

Exit code 0: every budget holds. 1: one is broken, or could not be measured. 130: Ctrl-C. Progress goes to stderr.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)  # not bench/, whose modules would be found under two names

from bench import databases  # noqa: E402
from bench.measuring import tell  # noqa: E402
from bench.sizes import SIZES, Size  # noqa: E402
from bench.table import Row, exit_code, render  # noqa: E402


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; ``make bench`` gives the size by BENCH_SIZE."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", choices=sorted(SIZES), default=os.environ.get("BENCH_SIZE", "full"))
    parser.add_argument("--rows", type=int, help="rows of BlockCompletion; the learners follow")
    parser.add_argument(
        "--database", action="append", help="sqlite, mysql://user:password@host:port or postgres://… (may be repeated)"
    )
    return parser.parse_args(given)


def main() -> int:
    """Measure, print the table, return the exit code."""
    given = arguments()
    size = SIZES[given.size].with_rows(given.rows) if given.rows else SIZES[given.size]
    wanted = [(address, databases.why_not(address)) for address in given.database or ()] or databases.reachable()
    rows: list[Row] = []
    failed = False
    try:
        for address, reason in wanted:
            if reason:
                rows.append(Row("everything", databases.label(address), skipped=reason))
                failed |= bool(given.database)  # asked for by name
                continue
            found, went_well = measured(address, size)
            rows += found
            failed |= not went_well
    except KeyboardInterrupt:
        tell("Broken off.")
        return 130
    print(render(rows))
    print(f"\n{size.microcredentials} microcredentials, {size.leaves:,} leaves, {size.learners:,} learners", end=", ")
    print(f"{size.rows:,} completions; {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    return 1 if failed else exit_code(rows)


def measured(address: str, size: Size) -> tuple[list[Row], bool]:
    """Measure one database in a process of its own, so that each begins with an empty memory; False when it failed."""
    with tempfile.TemporaryDirectory(prefix="microcred-bench-") as directory:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "MICROCRED_BENCH_DATABASE": address,
            "MICROCRED_BENCH_DIR": directory,
            "MICROCRED_BENCH_NAME": databases.NAME,
        }
        command = [sys.executable, "-m", "bench.inside", json.dumps(asdict(size))]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
            try:
                rows = [Row(**json.loads(line)) for line in process.stdout or () if line.startswith("{")]
            except KeyboardInterrupt:
                process.wait()  # Ctrl-C reached it, too: let it drop its database
                raise
        return rows, process.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
