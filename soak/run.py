"""Load test on real services, some of which die: ``python soak/run.py [--seconds N] [--learners N] [--broker NAME]``.

Exit code 0: all holds. 1: something does not, or could not be tried. 130: Ctrl-C. Progress goes to stderr.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)  # not soak/, whose modules would be found under two names

from bench import databases  # noqa: E402
from bench.measuring import tell  # noqa: E402
from bench.table import Row, exit_code, render  # noqa: E402
from soak import brokers  # noqa: E402
from soak.options import Setup  # noqa: E402

_DATABASES = {"mariadb": ["mysql://root@127.0.0.1:3306"], "postgres": ["postgres://postgres@127.0.0.1:5432"]}
_DATABASES["both"] = [*_DATABASES["mariadb"], *_DATABASES["postgres"]]
_BROKERS = {"redis": ["redis"], "rabbitmq": ["rabbitmq"], "both": ["redis", "rabbitmq"]}


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; ``make soak`` gives the same by SOAK_…."""
    environment = os.environ.get
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--seconds", type=int, default=environment("SOAK_SECONDS") or 420, help="how long learners work"
    )
    parser.add_argument("--learners", type=int, default=environment("SOAK_LEARNERS") or 2000)
    parser.add_argument("--broker", choices=sorted(_BROKERS), default=environment("SOAK_BROKER") or "redis")
    parser.add_argument(
        "--database",
        default=environment("SOAK_DB") or "mariadb",
        help="mariadb, postgres, both, mysql://user:password@host:port or postgres://…",
    )
    parser.add_argument("--seed", type=int, default=environment("SOAK_SEED") or random.randrange(10**6))  # noqa: S311
    return parser.parse_args(given)


def main() -> int:
    """Run on each broker and database, print the table, return the exit code."""
    given = arguments()
    setup = Setup(seconds=given.seconds, learners=given.learners, seed=given.seed)
    tell(f"Seed {setup.seed}: SOAK_SEED={setup.seed} brings the same learners and the same deaths.")
    rows: list[Row] = []
    failed = False
    try:
        for kind in _BROKERS[given.broker]:
            for address in _DATABASES.get(given.database, [given.database]):
                found, went_well = tried(setup, kind, address)
                rows += found
                failed |= not went_well
    except KeyboardInterrupt:
        tell("Broken off.")
        return 130
    print(render(rows))
    print(f"\nSeed {setup.seed}; {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    return 1 if failed else exit_code(rows)


def tried(setup: Setup, kind: str, address: str) -> tuple[list[Row], bool]:
    """Run once; False when it could not be done."""
    reason = databases.why_not(address) or brokers.why_not(kind)
    if address == "sqlite":
        reason = "SQLite is for one process that writes"
    if reason:
        return [Row("everything", f"{databases.label(address)}, {brokers.LABELS[kind]}", skipped=reason)], False
    directory = Path(tempfile.mkdtemp(prefix="microcred-soak-"))
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "soak.settings",
        "MICROCRED_SOAK_DATABASE": address,
        "MICROCRED_SOAK_DIR": str(directory),
        "MICROCRED_SOAK_NAME": f"microcred_soak_{os.getpid()}",
    }
    command = [sys.executable, "-m", "soak.inside", json.dumps(asdict(setup)), kind]
    try:
        rows = list(_rows(command, environment))
    except KeyboardInterrupt:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    went_well = bool(rows) and not any(row.broken for row in rows)
    if went_well:
        shutil.rmtree(directory, ignore_errors=True)
    else:
        tell(f"The logs are kept in {directory}")
    return rows, went_well


def _rows(command: Sequence[str], environment: dict[str, str]) -> Iterator[Row]:
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield from [Row(**json.loads(line)) for line in process.stdout or () if line.startswith("{")]
        except KeyboardInterrupt:
            process.send_signal(signal.SIGTERM)  # harmless where Ctrl-C reached it, too
            process.wait()  # let it end its processes and drop its database
            raise
    if process.returncode:
        yield Row("everything", "", 1, "", 0)


def _break_off(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _break_off)
    sys.exit(main())
