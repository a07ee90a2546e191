"""What a person is given over the API: their own data, all of it, and nobody else's."""

import json

from django.contrib.auth.models import User

from microcred_plugin import api
from tests.person import ID, SECRET, everywhere
from tests.world import World

from .conftest import Asking


def test_one_gets_all_of_ones_own(world: World, ask: Asking) -> None:
    ada = everywhere(world)
    answer = ask(ada, "api-v1-my-data")
    assert answer.json() == json.loads(json.dumps(api.export_user(ID)))
    assert SECRET in answer.content.decode()


def test_nobody_can_ask_for_anothers(world: World, ask: Asking) -> None:
    everywhere(world)
    root = User.objects.create_superuser("root")
    answer = ask(root, "api-v1-my-data", username="ada", user_id=ID)
    assert (answer.json()["username"], answer.json()["awards"]) == ("root", [])
