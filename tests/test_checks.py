"""The system checks, and what operators see in Django admin."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse

from microcred_plugin import admin as ours
from tests.world import World


def _found() -> set[str]:
    return {message.id for message in run_checks(tags=["microcred_plugin"]) if message.id}


def test_a_sound_installation_has_no_warning() -> None:
    assert _found() == set()


def test_an_answerer_that_is_not_there_is_told_with_a_remedy(settings: Any) -> None:
    settings.MICROCRED_PLATFORM = "nowhere.Platform"
    (message,) = run_checks(tags=["microcred_plugin"])
    assert message.id == "microcred_plugin.W001"
    assert "MICROCRED_PLATFORM" in str(message.hint)


@pytest.mark.parametrize("value", [0, -1, "ten", True, None])
def test_a_number_that_cannot_be_one_is_told(settings: Any, value: object) -> None:
    settings.MICROCRED_LEASE_SECONDS = value
    assert _found() == {"microcred_plugin.W002"}


def test_every_page_of_the_admin_opens_and_no_record_can_be_edited(world: World, client: Client) -> None:
    learner = world.learner("ada")
    world.publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    client.force_login(User.objects.create_superuser("operator"))
    for model, shown in admin.site._registry.items():
        if shown.__module__ != ours.__name__:
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist"), {"q": "basics"}).status_code == 200
        row = model._default_manager.first()
        if row is not None:
            assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
        if isinstance(shown, ours.ReadOnly):
            assert client.get(reverse(f"{name}_add")).status_code == 403
