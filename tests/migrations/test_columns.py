"""Columns and indexes that every release of opaque-keys, and every database, makes the same."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from .conftest import APP, history

#: InnoDB's limit for an index, in bytes, and what a character of utf8mb4 may take.
_LIMIT, _CHARACTER = 3072, 4
_MODELS = list(apps.get_app_config(APP).get_models())


def _fields() -> Iterator["models.Field[Any, Any]"]:
    for model in _MODELS:
        yield from model._meta.local_concrete_fields


def _fields_of_history() -> Iterator["models.Field[Any, Any]"]:
    for migration in history():
        for operation in migration.operations:
            yield from (field for _, field in getattr(operation, "fields", []))
            if isinstance(field := getattr(operation, "field", None), models.Field):
                yield field


@pytest.mark.parametrize("fields", [_fields, _fields_of_history], ids=["models", "migrations"])
def test_no_column_is_of_opaque_keys_whose_collation_differs_between_releases(fields: Any) -> None:
    """A table made with opaque-keys 3 is the one that opaque-keys 4 makes, as neither has made a column of it."""
    found = [field.deconstruct() for field in fields()]
    assert found
    assert [path for _, path, _, _ in found if not path.startswith("django.db.models.")] == []
    assert [kwargs for _, _, _, kwargs in found if "db_collation" in kwargs] == []


def _indexes(model: type[models.Model]) -> Iterator[Sequence[str]]:
    yield from (index.fields_orders and [name for name, _ in index.fields_orders] for index in model._meta.indexes)
    for constraint in model._meta.constraints:
        assert isinstance(constraint, models.UniqueConstraint)
        yield constraint.fields
    yield from ([field.name] for field in model._meta.local_concrete_fields if field.db_index or field.unique)


@pytest.mark.parametrize("model", _MODELS, ids=lambda model: model.__name__)
def test_every_index_fits_into_mysql_with_four_bytes_a_character(model: type[models.Model]) -> None:
    for names in _indexes(model):
        fields = [model._meta.get_field(name) for name in names]
        bytes_ = sum(_CHARACTER * field.max_length + 2 if getattr(field, "max_length", 0) else 8 for field in fields)
        assert bytes_ <= _LIMIT, f"{model.__name__}: {names} takes {bytes_} bytes"
        assert all(not isinstance(field, models.TextField | models.JSONField) for field in fields), names


def test_every_key_column_is_a_text_of_255_characters() -> None:
    keys = [field for field in _fields() if field.name in {"run", "context", "course_key"}]
    assert len(keys) >= 7
    assert {(type(field), field.max_length) for field in keys} == {(models.CharField, 255)}


@pytest.mark.services
def test_the_indexes_that_mysql_has_made_fit(transactional_db: None) -> None:
    if connection.vendor != "mysql":
        pytest.skip("MySQL and MariaDB alone limit an index so: set MICROCRED_TEST_DB (settings/test.py).")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.table_name, s.index_name, SUM(COALESCE(s.sub_part, c.character_maximum_length, 2) * 4), "
            "SUM(s.sub_part IS NOT NULL), COUNT(*) FROM information_schema.statistics s "
            "JOIN information_schema.columns c USING (table_schema, table_name, column_name) "
            "WHERE s.table_schema = DATABASE() AND s.table_name LIKE %s GROUP BY 1, 2",
            [f"{APP}\\_%"],
        )
        found = cursor.fetchall()
    assert len(found) > len(_MODELS)
    assert [row for row in found if row[2] > _LIMIT] == []
    assert [row for row in found if row[3]] == []  # none is cut short: uniqueness is over whole texts
