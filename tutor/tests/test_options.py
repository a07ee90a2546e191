"""A value that would render something broken is refused with its name and what to write instead."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tutor.exceptions import TutorError

from tutormicrocred import options

from .conftest import Root

GOOD: list[tuple[str, Any]] = [
    ("MICROCRED_REQUIREMENT", ""),
    ("MICROCRED_REQUIREMENT", "microcred-plugin[x]>=0.1; python_version > '3'".replace("'", '"')),
    ("MICROCRED_SWEEP_SECONDS", 0),
    ("MICROCRED_TASK_QUEUE", "edx.lms.core.high"),
    ("MICROCRED_SETTINGS", {"MICROCRED_X": [1, "a", None, {"b": 1.5}]}),
    ("MICROCRED_MFE_WIDGETS", True),
    ("MICROCRED_MFE_MESSAGES", {"pt-br": {"earned": "Conquistada"}}),
]
BAD: list[tuple[str, Any]] = [
    ("MICROCRED_REQUIREMENT", "x'; rm -rf /; '"),
    ("MICROCRED_REQUIREMENT", "x\nRUN evil"),
    ("MICROCRED_REQUIREMENT", None),
    ("MICROCRED_SWEEP_SECONDS", -1),
    ("MICROCRED_SWEEP_SECONDS", "300"),
    ("MICROCRED_SWEEP_SECONDS", True),
    ("MICROCRED_SWEEP_SECONDS", 0.5),
    ("MICROCRED_TASK_QUEUE", 'a"b'),
    ("MICROCRED_TASK_QUEUE", "a,b"),
    ("MICROCRED_TASK_QUEUE", "a\n"),
    ("MICROCRED_TASK_QUEUE", None),
    ("MICROCRED_SETTINGS", []),
    ("MICROCRED_SETTINGS", {"DEBUG": True}),
    ("MICROCRED_SETTINGS", {"MICROCRED_X = 1; MICROCRED_Y": 1}),
    ("MICROCRED_SETTINGS", {"MICROCRED_X": date(2026, 1, 1)}),
    ("MICROCRED_SETTINGS", {"MICROCRED_X": [{1: "a"}]}),
    ("MICROCRED_SETTINGS", {"MICROCRED_TASK_QUEUE": "badges"}),
    ("MICROCRED_MFE_WIDGETS", "yes"),
    ("MICROCRED_MFE_MESSAGES", {"de": "Erworben"}),
    ("MICROCRED_MFE_MESSAGES", {"de": {"earned": 1}}),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_what_renders_well_is_accepted(name: str, value: Any) -> None:
    options.check({**options.DEFAULTS, name: value})


@pytest.mark.parametrize(("name", "value"), BAD, ids=repr)
def test_what_does_not_is_refused_with_its_name(name: str, value: Any) -> None:
    with pytest.raises(TutorError, match=rf"^{name}.* cannot be .*Write .*tutor config save --set {name}=") as refused:
        options.check({**options.DEFAULTS, name: value})
    assert "\n" not in str(refused.value).replace("\\n", "")


def test_the_defaults_are_accepted() -> None:
    options.check(dict(options.DEFAULTS))


def test_a_refused_value_can_be_mended_by_the_command_that_the_message_names(rendered: Callable[..., Root]) -> None:
    root = rendered(("microcred",))
    told = root.tutor("config", "save", "--set", "MICROCRED_SWEEP_SECONDS=often", fails=True)
    assert "MICROCRED_SWEEP_SECONDS cannot be 'often'" in told
    root.tutor("config", "save", "--set", "MICROCRED_SWEEP_SECONDS=600")
    assert "sleep 600 " in root.text("local/docker-compose.prod.yml")
