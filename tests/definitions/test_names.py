"""What a stack builds on keeps its meaning when its file goes to another site."""

from typing import Any
from uuid import uuid4

import pytest

from microcred_plugin import api
from microcred_plugin.definitions.names import located, named
from microcred_plugin.errors import InvalidDefinition
from tests.world import World, definition, holding, milestone


def asking(*requirements: Any) -> dict[str, Any]:
    return definition("top", milestones=[milestone("m", [{"any": list(requirements)}])])


def asked(document: Any) -> Any:
    return document["milestones"][0]["require"]["all"][0]["any"]


def test_a_name_becomes_the_uuid_of_this_site(world: World, publish: Any) -> None:
    base = publish("base")
    foreign = {"microcredential": {"uuid": str(uuid4()), "name": "Org/base"}}
    document = located(asking({"microcredential": {"name": "Org/base"}}, foreign))
    assert asked(document) == [holding(base), holding(base)]


def test_a_uuid_that_is_here_counts_whatever_stands_beside_it(world: World, publish: Any) -> None:
    publish("base")
    other = publish("other")
    both = {"microcredential": {"uuid": str(other.uuid), "name": "Org/base"}}
    assert asked(located(asking(both))) == [holding(other)]


def test_a_file_says_both_and_read_here_again_is_the_same(world: World, publish: Any) -> None:
    base = publish("base")
    document = asking(holding(base), {"microcredential": {"uuid": str(uuid4())}})
    there = named(document)
    assert asked(there)[0] == {"microcredential": {"uuid": str(base.uuid), "name": "Org/base"}}
    assert asked(there)[1] == asked(document)[1]
    assert located(there) == document


@pytest.mark.parametrize("held", [{"name": 1}, {"uuid": 1}, {"uuid": "x", "name": None}, {}, [], "x", None])
def test_nonsense_comes_back_as_it_is(held: Any, world: World) -> None:
    document = asking({"microcredential": held}, {"microcredential": {"name": "Org/none"}})
    assert located(document) == named(document) == document


def test_what_is_not_here_is_an_error_that_names_it(world: World) -> None:
    with pytest.raises(InvalidDefinition, match='There is no microcredential "Org/none" here'):
        api.save_draft(asking({"microcredential": {"name": "Org/none"}}), by=None)


def test_a_stack_goes_to_another_site_and_back(world: World, publish: Any) -> None:
    base = publish("base")
    publish("top", milestones=[milestone("m", [holding(base)])])
    text = api.export("top")
    assert "name: Org/base" in text
    draft = api.save_draft(api.read_document(text.replace(str(base.uuid), str(uuid4()))), by=None)
    assert draft.document["milestones"][0]["require"] == {"all": [holding(base)]}
