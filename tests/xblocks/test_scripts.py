"""Runs the tests of the block's scripts (tests/js) in Node's own test runner, where Node is installed."""

import os
import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

NODE = shutil.which("node")
TESTS = Path(__file__).parents[1] / "js" / "block.test.mjs"


@pytest.mark.skipif(NODE is None, reason="Node is not installed: the block's scripts are tested where it is")
def test_the_scripts_of_the_block_do_what_their_tests_say() -> None:
    public = resources.files("microcred_plugin.xblocks.microcredential").joinpath("public")

    done = subprocess.run(
        [str(NODE), "--test", str(TESTS)],
        env={**os.environ, "MICROCRED_BLOCK_PUBLIC": str(public)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
