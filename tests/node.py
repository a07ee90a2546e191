"""Runs tests of scripts in Node's own test runner, where Node is installed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NODE = shutil.which("node")
JS = Path(__file__).parent / "js"
needed = pytest.mark.skipif(NODE is None, reason="Node is not installed: scripts are tested where it is")


def run(tests: str, **environment: str) -> None:
    """Run the tests below ``tests/js/<tests>``; what they print is shown when one fails."""
    done = subprocess.run(
        [str(NODE), "--test", str(JS / tests)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
