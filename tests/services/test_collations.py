"""Tables whose keys are of another collation than the platform's, as releases of opaque-keys and of MySQL make them.

MySQL and MariaDB refuse to compare texts of two collations; so nothing of ours may join the two.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from completion.models import BlockCompletion
from django.apps import apps
from django.contrib.auth.models import User
from django.db import OperationalError, connection

from microcred_plugin import api
from microcred_plugin.data import CheckStatus
from microcred_plugin.definitions.models import Offering
from tests.world import World, completion, definition, holding, milestone, waiting

pytestmark = pytest.mark.services
Publish = Any

#: As Tutor's character set makes tables, as opaque-keys 4 makes its columns, and as others do.
PAIRS = [
    ("utf8mb4_general_ci", "utf8mb4_unicode_ci"),
    ("utf8mb4_unicode_ci", "utf8mb4_general_ci"),
    ("utf8mb4_0900_ai_ci", "utf8mb4_unicode_ci"),
    ("utf8mb4_uca1400_ai_ci", "utf8mb4_unicode_ci"),
]


def _convert(collation: str, *models: Any) -> None:
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} CONVERT TO CHARACTER SET utf8mb4 COLLATE {collation}")


def _ours() -> list[Any]:
    return list(apps.get_app_config("microcred_plugin").get_models())


@pytest.fixture(params=PAIRS, ids=" and ".join)
def collations(request: pytest.FixtureRequest, server: None) -> Iterator[tuple[str, str]]:
    """Give our tables one collation and the platform's another, until the test is over."""
    if connection.vendor != "mysql":
        pytest.skip("PostgreSQL compares texts of any collation.")
    wanted: tuple[str, str] = request.param
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@collation_database")
        usual = cursor.fetchone()[0]
        cursor.execute("SHOW COLLATION")
        known = {row[0] for row in cursor.fetchall()}
    # MariaDB lists what several character sets share without their names.
    missing = [name for name in wanted if name not in known and name.removeprefix("utf8mb4_") not in known]
    if missing:
        pytest.skip(f"This server has no {missing[0]}.")
    try:
        _convert(wanted[0], *_ours())
        _convert(wanted[1], BlockCompletion, User)
        yield wanted
    finally:
        _convert(usual, *_ours(), BlockCompletion, User)


def test_the_tables_differ_so_that_a_join_of_keys_would_fail(collations: tuple[str, str]) -> None:
    ours, theirs = Offering._meta.db_table, BlockCompletion._meta.db_table
    with connection.cursor() as cursor, pytest.raises(OperationalError, match="Illegal mix of collations"):
        cursor.execute(f"SELECT COUNT(*) FROM {ours} o JOIN {theirs} c ON o.run = c.course_key")  # noqa: S608


def test_all_that_is_asked_of_the_database_works(
    collations: tuple[str, str], world: World, learner: User, publish: Publish
) -> None:
    world.complete(learner, "vertical@u1")
    first = publish(milestones=[milestone("m", [completion("vertical@u1"), completion("vertical@u2")], badge=True)])
    exam = {"subsection_grade": {"block": "sequential@exam", "minimum": "0.50"}}
    publish("graded", milestones=[milestone("m", [exam])], policy={"regression": "revoke"})
    publish("anybody", eligibility={"enrolled": False})
    publish("top", run=None, milestones=[milestone("m", [holding(first)])])
    world.complete(learner, "vertical@u2")
    world.score(learner, "problem@p2", 8)
    api.sweep()
    expected = {"basics", "graded", "anybody", "top"}
    assert {award.slug for award in api.awards_of(learner.pk)} == expected
    shown = api.course_progress(learner.pk, world.run)
    assert {one.slug: one.fraction for one in shown} == dict.fromkeys(expected - {"top"}, Decimal(1))
    assert {report.finished for report in api.backfill()} == {True}
    assert list(api.reconcile()) == []
    assert api.simulate(definition("other"), run=world.run).learners == 1
    assert api.explain(learner.pk, "basics", world.run)["earned"] is True
    world.score(learner, "problem@p2", 0)
    world.remove("html@h3")
    api.sweep()
    states = {award.slug: award.state.value for award in api.awards_of(learner.pk) if not award.milestone_key}
    assert states == {**dict.fromkeys(expected, "granted"), "graded": "revoked"}
    failed = [check.message for check in api.doctor() if check.status is CheckStatus.ERROR]
    assert (waiting(), failed) == (0, [])
