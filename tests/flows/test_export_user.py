"""A person is given everything, and only what is theirs; and no table or field is forgotten when one is added."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from microcred_plugin import api
from microcred_plugin.flows.personal import APART, HOLDINGS, About, By, Holding
from tests.person import ID, SECRET, everywhere
from tests.world import World

OURS = list(apps.get_app_config("microcred_plugin").get_models())
NAMED_LIKE_A_PERSON = ("user", "actor", "learner", "author", "owner", "person", "_by", "forgotten")
WRITTEN_BY_PEOPLE = ("reason", "note", "error", "comment", "cursor")


def names_a_person(field: Any) -> bool:
    """Say whether a field holds, or by its name could hold, a user's id or what people write about people."""
    if field.related_model is get_user_model():
        return True
    suspicious = (*NAMED_LIKE_A_PERSON, *WRITTEN_BY_PEOPLE)
    return not field.is_relation and field.name != "by_policy" and any(word in field.name for word in suspicious)


def covered(model: Any, field: Any) -> bool:
    """Say whether erasure and export reach a field."""
    if any(isinstance(one, About) and one.model is model for one in HOLDINGS):
        named_by = {one.path for one in HOLDINGS if isinstance(one, By) and one.model is model}
        return field.related_model is None or field.attname in named_by or field.attname == path(model)
    return any(
        isinstance(one, By) and one.model is model and field.attname in (one.path, *one.shown) for one in HOLDINGS
    )


def path(model: Any) -> str:
    return next(one.path for one in HOLDINGS if isinstance(one, About) and one.model is model)


SUSPICIOUS = [(model, field) for model in OURS for field in model._meta.concrete_fields if names_a_person(field)]


@pytest.mark.parametrize(("model", "field"), SUSPICIOUS, ids=lambda one: getattr(one, "name", None) or one.__name__)
def test_every_field_that_could_name_a_person_is_erased_and_exported_or_set_apart_with_a_reason(
    model: Any, field: Any
) -> None:
    assert covered(model, field) != ((model, field.name) in APART)


def test_what_is_looked_for_finds_what_is_there() -> None:
    found = {f"{model.__name__}.{field.attname}" for model, field in SUSPICIOUS}
    assert {"Award.user_id", "AwardEvent.actor_id", "Confirmation.confirmed_by_id", "Draft.modified_by_id"} <= found
    assert {"Version.created_by_id", "Pending.user_id", "Progress.user_id", "Gate.forgotten", "Version.note"} <= found


def test_every_model_that_says_it_holds_personal_data_is_in_the_list_or_apart() -> None:
    said = {model for model in OURS if ".. pii:" in (model.__doc__ or "")}
    assert said == {one.model for one in HOLDINGS} | {model for model, _ in APART if ".. pii:" in (model.__doc__ or "")}


def test_what_is_set_apart_is_there_and_says_why() -> None:
    for (model, name), reason in APART.items():
        assert model._meta.get_field(name)
        assert reason.startswith("it is") or reason.startswith("it says")


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda one: one.name)
def test_every_field_of_a_part_is_shown_or_left_out_with_a_reason(world: World, holding: Holding) -> None:
    everywhere(world)
    rows = api.export_user(ID)[holding.name]
    assert rows, "the test does not reach this part"
    for row in rows:
        shown = set(row) - (set(holding.also) if isinstance(holding, About) else set())
        assert shown.isdisjoint(holding.left_out)
        assert shown | set(holding.left_out) == _expected(holding)
    assert all(holding.left_out.values())


def _expected(holding: Holding) -> set[str]:
    fields = {field.name for field in holding.model._meta.concrete_fields}
    if isinstance(holding, About):
        return fields
    of_another = any(one.model is holding.model for one in HOLDINGS if isinstance(one, About))
    named = {*holding.shown, *holding.left_out}
    # Rows about another person show what the list names; of rows about a thing, all is shown or has its reason.
    return named if of_another else fields - {"id", holding.path.removesuffix("_id"), holding.path}


@pytest.mark.parametrize("holding", [one for one in HOLDINGS if isinstance(one, About)], ids=lambda one: one.name)
def test_every_value_of_the_persons_rows_is_in_the_export(world: World, holding: About) -> None:
    everywhere(world)
    rows = api.export_user(ID)[holding.name]
    stored = list(holding.rows(ID))
    assert len(rows) == len(stored)
    for shown, row in zip(rows, stored, strict=True):
        for field in holding.model._meta.concrete_fields:
            value = getattr(row, field.attname)
            if field.name in holding.left_out or field.is_relation:
                continue
            if isinstance(value, datetime):
                assert datetime.fromisoformat(shown[field.name]) == value
            else:
                assert shown[field.name] == (
                    str(value) if isinstance(value, Decimal) or field.name == "uuid" else value
                )


def test_it_can_be_read_without_knowing_numbers_of_the_database(world: World) -> None:
    everywhere(world)
    found = json.loads(json.dumps(api.export_user(ID)))
    assert (found["format"], found["user_id"], found["username"]) == ("microcredential-personal-data/1", ID, "ada")
    assert found["forgotten"] is False
    (award,) = (award for award in found["awards"] if award["milestone_key"] == "" and award["title"] == "Other")
    assert award["microcredential"] == "Org/other"
    assert award["version"] == {"microcredential": "Org/other", "version": 1}
    assert award["why"] == {"by_hand": True, "reason": SECRET}
    history = [line for line in found["award_history"] if line["award"] == award["uuid"]]
    assert [(line["kind"], line["reason"], line["by_a_person"]) for line in history] == [("granted", SECRET, True)]
    assert {line["kind"] for line in found["award_changes_made"]} == {"granted"}


def test_it_names_nobody_else(world: World) -> None:
    everywhere(world)
    others = {str(user.pk) for user in User.objects.exclude(pk=ID)} | {"grace", "staff"}
    text = json.dumps(api.export_user(ID))
    grace = api.awards_of(User.objects.get(username="grace").pk)
    assert not [award for award in grace if str(award.uuid) in text]
    assert "grace" not in text
    numbers = {str(value) for row in _rows(api.export_user(ID)) for name, value in row.items() if name.endswith("_id")}
    assert numbers & others == set()


def _rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for part in found.values() if isinstance(part, list) for row in part]


def test_of_somebody_unknown_and_of_somebody_forgotten_it_is_empty(world: World) -> None:
    everywhere(world)
    api.forget_user(ID)
    found = api.export_user(ID)
    assert (_rows(found), found["forgotten"]) == ([], True)
    assert (_rows(api.export_user(1)), api.export_user(0)["username"]) == ([], None)
