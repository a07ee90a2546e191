"""The scripts of ``.ci``, loaded by their file: they are no package."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

CI = Path(__file__).parents[2] / ".ci"


@pytest.fixture
def load() -> Callable[[str], ModuleType]:
    def load(name: str) -> ModuleType:
        if not CI.is_dir():
            pytest.skip("the scripts of .ci are in the checkout only")
        spec = importlib.util.spec_from_file_location(name, CI / f"{name}.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
