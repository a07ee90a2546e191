"""The widgets of the Tutor plugin read what the REST API answers: the example that their own tests render is true."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.world import RUN, World, completion, milestone

from .conftest import Asking

EXAMPLE = Path(__file__).parents[2] / "tutor" / "tests" / "widgets" / "progress.json"

pytestmark = pytest.mark.skipif(not EXAMPLE.is_file(), reason="the Tutor plugin is in the checkout only")


def missing(example: Any, answer: Any, at: str = "") -> list[str]:
    """Name what the example has and the answer has not, or has as something else. Null may stand for an object."""
    if isinstance(example, dict) and isinstance(answer, dict):
        known = [
            part for name in example.keys() & answer for part in missing(example[name], answer[name], f"{at}.{name}")
        ]
        return [f"{at}.{name}" for name in example.keys() - answer.keys()] + known
    if isinstance(example, list) and isinstance(answer, list):
        if len(example) > len(answer):
            return [f"{at}: {len(example)} expected, not {len(answer)}"]
        return [part for one, other in zip(example, answer, strict=False) for part in missing(one, other, f"{at}[]")]
    return [] if type(example) is type(answer) else [f"{at}: {type(answer).__name__}"]


def test_the_example_of_the_widgets_has_nothing_that_the_api_does_not_answer(
    world: World, learner: User, ask: Asking
) -> None:
    world.publish("basics", units=["vertical@u1"])
    world.publish(
        "work",
        milestones=[
            milestone("begun", [completion("vertical@u1")]),
            milestone("done", [completion("sequential@practice"), completion("vertical@u4")]),
        ],
    )
    world.complete(learner, "vertical@u1")
    example = json.loads(EXAMPLE.read_text("utf-8"))
    answer = ask(learner, "api-v1-progress", RUN).json()
    answer["microcredentials"].sort(key=lambda one: one["slug"])
    step = example["microcredentials"][1]["milestones"][1]["missing"][0]
    del step["blocks"][1:]  # how many blocks a step names depends on the requirement
    assert missing(example, answer) == []
