"""Migrations upwards, downwards and upwards again, with what people have done in between."""

from typing import Any

import pytest
from completion.models import BlockCompletion
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from microcred_plugin import api
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.evidence.models import Pending
from microcred_plugin.progress.models import Progress
from tests.world import World, waiting

from .conftest import APP, history, migrate, tables


def _earn(world: World, learner: User, slug: str) -> None:
    world.publish(slug)
    world.complete(learner, "vertical@u1", "vertical@u2")
    api.sweep()
    assert [award.slug for award in api.awards_of(learner.pk)] == [slug]


def _forget(settings: Any) -> None:
    """Be a process that has just started: what it knew of the tables is gone with them."""
    from microcred_plugin.definitions import offered, versions
    from microcred_plugin.evidence import listening
    from microcred_plugin.structure import api as structure

    for module in (offered, versions, listening, structure):
        module.forget()
    settings.MICROCRED_INTEREST_TTL_SECONDS = 0


def test_down_to_nothing_and_up_again_with_awards_in_between(
    database: str, world: World, learner: User, settings: Any
) -> None:
    """Who takes the plugin away for good loses what is ours, and nothing that is the platform's."""
    ours = tables()
    assert ours == {model._meta.db_table for model in apps.get_app_config(APP).get_models()}
    _earn(world, learner, "basics")
    completed = BlockCompletion.objects.count()
    migrate("zero")
    assert tables() == set()
    assert (User.objects.count(), BlockCompletion.objects.count()) == (1, completed)
    migrate()
    _forget(settings)
    assert tables() == ours
    assert api.awards_of(learner.pk) == ()
    _earn(world, learner, "again")
    assert waiting() == 0


def test_every_step_down_keeps_what_was_earned_as_long_as_its_tables_are_there(
    database: str, world: World, learner: User, settings: Any
) -> None:
    """A release that is taken back does not take back what learners have earned with it."""
    _earn(world, learner, "basics")
    kept = [list(model.objects.order_by("pk").values_list("pk", flat=True)) for model in (Award, AwardEvent, Progress)]
    first, *later = [migration.name for migration in history()]
    for name in [*reversed(later[:-1]), first]:
        migrate(name)
    for name in later:
        migrate(name)
    _forget(settings)
    found = [list(model.objects.order_by("pk").values_list("pk", flat=True)) for model in (Award, AwardEvent, Progress)]
    assert found == kept
    world.publish("more", units=["vertical@u3"])
    world.complete(learner, "vertical@u3")
    api.sweep()
    assert {award.slug for award in api.awards_of(learner.pk)} == {"basics", "more"}
    assert not Pending.objects.exists()


def test_the_models_are_as_the_migrations_leave_them(database: str) -> None:
    """With each release of opaque-keys: tox.ini runs this with 3 and with 4."""
    call_command("makemigrations", APP, "microcred_sandbox", check=True, dry_run=True, verbosity=0)


def test_the_tables_are_as_the_models_say(database: str) -> None:
    for model in apps.get_app_config(APP).get_models():
        with connection.cursor() as cursor:
            described = connection.introspection.get_table_description(cursor, model._meta.db_table)
        assert {column.name for column in described} == {field.column for field in model._meta.local_concrete_fields}


@pytest.mark.parametrize("migration", history(), ids=lambda migration: migration.name)
def test_no_migration_waits_for_one_of_the_platform_but_that_of_the_users(migration: Any) -> None:
    """Releases of edx-completion squash and rename theirs: who names one cannot be installed with all of them."""
    others = [needed for needed in migration.dependencies if needed[0] != APP]
    assert all(getattr(needed, "setting", None) == get_user_model()._meta.label for needed in others)
    assert not migration.run_before
    assert not migration.replaces
    assert all(operation.reversible for operation in migration.operations)
