"""The command as an operator calls it: arguments in, exit code and two streams out."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from microcred_plugin.management.commands.microcred import Command
from tests.world import RUN, definition


@dataclass(frozen=True)
class Called:
    """What a call left behind."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


Microcred = Callable[..., Called]


@pytest.fixture
def microcred(capsys: pytest.CaptureFixture[str]) -> Microcred:
    """Call ``manage.py microcred`` with these arguments."""
    return calling(capsys)


def calling(capsys: pytest.CaptureFixture[str]) -> Microcred:
    """Return what calls the command and reads what it prints."""

    def call(*arguments: object) -> Called:
        capsys.readouterr()
        code = 0
        try:
            Command().run_from_argv(["manage.py", "microcred", *map(str, arguments)])
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = capsys.readouterr()
        return Called(code, printed.out, printed.err)

    return call


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    """Write a definition to a file and return its path; ``text=`` writes that instead."""

    def write(text: str | None = None, **changes: Any) -> str:
        path = tmp_path / "definition.yaml"
        path.write_text(text if text is not None else yaml.safe_dump(definition(**changes)), "utf-8")
        return str(path)

    return write


@pytest.fixture
def run() -> str:
    """The course run of the small world."""
    return RUN
