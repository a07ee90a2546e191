"""The real Tutor's command, roots of its own to render into, and what it rendered."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).parents[2]
TUTOR = Path(sys.executable).with_name("tutor")


class Root:
    """A folder of Tutor: its config.yml, and the environment that is rendered from it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path / "config.yml"

    def tutor(self, *arguments: str, fails: bool = False, search: Path | None = None) -> str:
        """Run Tutor's command and return what it prints; ``search`` is a folder to look for programs in first."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("TUTOR_")}
        environ |= {"TUTOR_PLUGINS_ROOT": str(self.path / "no-plugins-here")}
        if search:
            environ["PATH"] = f"{search}{os.pathsep}{environ['PATH']}"
        done = subprocess.run(
            [TUTOR, "--root", self.path, *arguments],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        output = done.stdout + done.stderr
        assert bool(done.returncode) is fails, output
        return output

    def text(self, name: str) -> str:
        """Read a rendered file."""
        return (self.path / "env" / name).read_text("utf-8")

    def services(self, name: str = "local/docker-compose.prod.yml") -> dict[str, Any]:
        """Return the services of a compose file."""
        return yaml.safe_load(self.text(name))["services"]

    def deployments(self) -> dict[str, Any]:
        """Return the pod of each Kubernetes deployment, by name."""
        found = [one for one in yaml.safe_load_all(self.text("k8s/deployments.yml")) if one]
        return {one["metadata"]["name"]: one for one in found}

    def settings(self, service: str, module: str) -> dict[str, Any]:
        """Return our settings as Python reads them in a settings module that Tutor rendered."""
        tree = ast.parse(self.text(f"apps/openedx/settings/{service}/{module}.py"))
        lines = [line for line in tree.body if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)]
        ours = {line.targets[0].id: line.value for line in lines if line.targets[0].id.startswith("MICROCRED_")}
        return {name: ast.literal_eval(value) for name, value in ours.items()}

    def files_that_speak_of_us(self) -> set[str]:
        """Name the rendered files with our name in them."""
        files = [path for path in (self.path / "env").rglob("*") if path.is_file()]
        return {
            str(path.relative_to(self.path / "env"))
            for path in files
            if b"microcred" in path.read_bytes().lower() and path.suffix not in {".png", ".woff2"}
        }


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Root:
    """A root with tutor-mfe and without us. Its keys and passwords are those of every other root here."""
    root = Root(tmp_path_factory.mktemp("bare"))
    root.tutor("plugins", "enable", "mfe")
    root.tutor("config", "save")
    return root


@pytest.fixture(scope="session")
def rendered(bare: Root, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Root]:
    """Render with us: ``rendered(plugins=…, MICROCRED_X=…)``. The same values are rendered once."""
    roots: dict[str, Root] = {}

    def render(plugins: tuple[str, ...] = ("mfe", "microcred"), **values: Any) -> Root:
        name = repr((plugins, sorted(values.items())))
        if name not in roots:
            root = roots[name] = Root(tmp_path_factory.mktemp("root"))
            config = {**yaml.safe_load(bare.config.read_text("utf-8")), "PLUGINS": list(plugins), **values}
            root.config.write_text(yaml.safe_dump(config), "utf-8")
            root.tutor("config", "save")
        return roots[name]

    return render


@pytest.fixture(scope="session")
def default(rendered: Callable[..., Root]) -> Root:
    """Nothing set by the operator."""
    return rendered()


@pytest.fixture(scope="session")
def full(rendered: Callable[..., Root]) -> Root:
    """Everything set by the operator."""
    return rendered(
        LMS_HOST="lms.example.org",
        MICROCRED_REQUIREMENT="microcred-plugin @ git+https://example.org/microcred-plugin.git@v1",
        MICROCRED_SWEEP_SECONDS=1,
        MICROCRED_TASK_QUEUE="badges.high",
        MICROCRED_SETTINGS={
            "MICROCRED_API_THROTTLE_RATE": "it's 60/minute",
            "MICROCRED_BACKFILL_CHUNK": 50,
            "MICROCRED_EVENT_ORIGIN": "https://{{ LMS_HOST }}",
            "MICROCRED_SILENT_BLOCK_TYPES": ["lti", "scorm"],
        },
        MICROCRED_MFE_WIDGETS=True,
        MICROCRED_MFE_MESSAGES={"de": {"earned": "Erworben </script> 'ja'"}},
    )


@pytest.fixture(scope="session")
def off(rendered: Callable[..., Root]) -> Root:
    """Everything switched off that can be."""
    return rendered(("microcred",), MICROCRED_REQUIREMENT="", MICROCRED_SWEEP_SECONDS=0)


@pytest.fixture
def lms(tmp_path: Path) -> Path:
    """A folder with a ``manage.py`` that notes how it is called, and fails at what is in the file ``fails``."""
    script = tmp_path / "manage.py"
    script.write_text(
        '#!/bin/sh\necho "$*" >>calls\n! grep -qxF -- "$*" fails 2>/dev/null || { echo "it failed" >&2; exit 1; }\n'
    )
    script.chmod(0o755)
    (tmp_path / "calls").touch()
    return tmp_path


def program(name: str) -> str:
    """Find a program of the machine, or skip the test that needs it."""
    return shutil.which(name) or pytest.skip(f"{name} is not installed on this machine")
