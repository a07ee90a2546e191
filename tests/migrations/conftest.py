"""Where migrations are tried: on the tests' own database, which is whole again after each test."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

APP = "microcred_plugin"


@pytest.fixture(params=["sqlite", pytest.param("server", marks=pytest.mark.services)])
def database(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[str]:
    """Run on SQLite with all other tests, and on MariaDB or PostgreSQL with those that need one."""
    if (request.param == "sqlite") != (connection.vendor == "sqlite"):
        pytest.skip(f"The database is {connection.vendor}: settings/test.py says how MICROCRED_TEST_DB names another.")
    yield connection.vendor
    migrate()


def migrate(name: str | None = None) -> None:
    """Migrate our app to a migration, by default the latest; ``zero`` takes away all that is ours."""
    call_command("migrate", APP, *([name] if name else []), verbosity=0)


def history(app: str = APP) -> list[Any]:
    """Return our migrations in their order."""
    loader = MigrationLoader(None)
    nodes = loader.graph.forwards_plan(loader.graph.leaf_nodes(app)[0])
    return [loader.disk_migrations[node] for node in nodes if node[0] == app]


def tables() -> set[str]:
    """Name our tables in the database."""
    return {name for name in connection.introspection.table_names() if name.startswith(f"{APP}_")}
