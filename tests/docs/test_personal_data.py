"""The page about personal data says what the tables hold, no more and no less."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from microcred_plugin.flows.personal import APART, HOLDINGS, SOMEBODY, About

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "personal-data.md").read_text("utf-8")
ROW = re.compile(r"^\| `([\w.]+)` \|(.*)\|$", re.MULTILINE)


def rows(heading: str) -> dict[str, list[str]]:
    """Return the table below a heading: field → the other cells."""
    _, _, below = PAGE.partition(f"\n{heading}\n")
    section = re.split(r"^#", below, maxsplit=1, flags=re.MULTILINE)[0]
    return {name: [cell.strip() for cell in rest.split("|")] for name, rest in ROW.findall(section)}


def fields(model) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def heading(holding) -> str:
    return f"### `{holding.name}` (model {holding.model.__name__})"


@pytest.mark.parametrize("holding", [one for one in HOLDINGS if isinstance(one, About)], ids=lambda one: one.name)
def test_every_field_about_a_learner_is_explained_and_says_whether_it_is_exported(holding):
    table = rows(heading(holding))
    assert set(table) == fields(holding.model)
    for name, (what, export) in table.items():
        assert what
        assert export == (f"no: {holding.left_out[name]}" if name in holding.left_out else "yes")


@pytest.mark.parametrize("holding", [one for one in HOLDINGS if not isinstance(one, About)], ids=lambda one: one.name)
def test_every_field_that_says_who_acted_is_explained_and_what_becomes_of_it(holding):
    table = rows(heading(holding))
    named_by = next(field.name for field in holding.model._meta.concrete_fields if field.attname == holding.path)
    assert set(table) == {named_by, *holding.shown, *holding.left_out}
    becomes = "becomes 0" if holding.instead == SOMEBODY and holding.instead is not None else "becomes empty"
    for name, (what, retirement, export) in table.items():
        assert what
        assert retirement == (becomes if name == named_by else "stays")
        reason = holding.left_out.get(name)
        assert export == ("it is why the row is there" if name == named_by else f"no: {reason}" if reason else "yes")


def test_what_is_set_apart_is_explained_in_the_same_words():
    assert rows("## Set apart") == {f"{model.__name__}.{name}": [why] for (model, name), why in APART.items()}


def test_no_section_is_of_a_part_that_is_not_there():
    assert re.findall(r"^### `(\w+)`", PAGE, re.MULTILINE) != []
    assert set(re.findall(r"^### `(\w+)`", PAGE, re.MULTILINE)) == {holding.name for holding in HOLDINGS}


def test_every_model_that_says_it_holds_personal_data_is_named():
    models = apps.get_app_config("microcred_plugin").get_models()
    said = [model.__name__ for model in models if ".. pii:" in (model.__doc__ or "")]
    assert [name for name in said if f"(model {name})" not in PAGE and f"`{name}." not in PAGE] == []
