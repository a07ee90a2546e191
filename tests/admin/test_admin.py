"""Django admin: everything can be found, nothing that is a record can be edited, and who acts needs the right to."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from microcred_plugin import api, models
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.data import AwardState
from microcred_plugin.definitions.models import Interest, Issuer, Offering
from microcred_plugin.evidence.models import Pending
from tests.world import RUN, World

OURS = [model for model in admin.site._registry if model._meta.app_label == "microcred_plugin"]
ACTS = {Award: ["hold", "revoke", "restore"], Pending: ["unpark", "judge_now"], Offering: ["end"]}
REASON = "Plagiarism, decision of 3 May"
ACTIONS = {"hold": AwardState.HELD, "revoke": AwardState.REVOKED}


def client_of(world: World, *permissions: str) -> Client:
    """Sign a member of staff in who has these permissions of ours."""
    user = User.objects.create_user("operator", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def operator(world: World) -> Client:
    """Who may view and act on everything."""
    user = User.objects.create_superuser("root", "root@example.org")
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def award(world: World, learner: User, publish: Any) -> Award:
    publish()
    world.complete(learner, "vertical@u1", "vertical@u2")
    return Award.objects.get()


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:microcred_plugin_{model._meta.model_name}_{page}", args=args)


def act(client: Client, model: Any, action: str, rows: Any, **data: Any) -> Any:
    """Choose rows in the list and do something with them."""
    values = {"action": action, "_selected_action": [row.pk for row in rows], **data}
    return client.post(address(model, "changelist"), values, follow=True)


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_and_every_row_can_be_seen_and_searched(model: Any, operator: Client, award: Award) -> None:
    Pending.objects.create(user_id=award.user_id, context=RUN, change=1, changed_at=now())
    api.sweep()
    assert operator.get(address(model, "changelist")).status_code == 200
    if model is not models.SweepRun:
        assert model._meta.model_name == "version" or admin.site._registry[model].search_fields
        assert operator.get(address(model, "changelist"), {"q": "ada"}).status_code == 200
    for row in model.objects.all()[:1]:
        assert operator.get(address(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_nothing_can_be_added_or_deleted_and_only_an_issuers_name_be_edited(
    model: Any, operator: Client, award: Award
) -> None:
    assert operator.get(address(model, "add")).status_code == 403
    row = model.objects.first()
    if row is None:
        return
    assert operator.get(address(model, "delete", row.pk)).status_code == 403
    before = list(model.objects.values())
    response = operator.post(address(model, "change", row.pk), {"name": "Changed", "state": "revoked", "slug": "x"})
    if model is Issuer:
        assert list(model.objects.values_list("short_name", "name")) == [("Org", "Changed")]
    else:
        assert response.status_code == 403
        assert list(model.objects.values()) == before
    response = operator.get(address(model, "changelist"))
    assert "delete_selected" not in response.content.decode()


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_an_award_is_changed_with_a_reason_and_in_the_name_of_who_did_it(
    action: str, operator: Client, award: Award
) -> None:
    asked = act(operator, Award, action, [award])
    assert 'name="reason"' in asked.content.decode()
    award.refresh_from_db()
    assert award.state == AwardState.GRANTED
    done = act(operator, Award, action, [award], reason=f"  {REASON} ")
    assert told(done) == ["1 award was changed."]
    award.refresh_from_db()
    assert award.state == ACTIONS[action]
    event = AwardEvent.objects.latest("pk")
    assert (event.reason, event.actor_id) == (REASON, User.objects.get(username="root").pk)
    act(operator, Award, "restore", [award], reason="It was a mistake")
    award.refresh_from_db()
    assert (award.state, AwardEvent.objects.latest("pk").kind) == (AwardState.GRANTED, "restored")


def test_a_reason_of_spaces_is_asked_for_again(operator: Client, award: Award) -> None:
    response = act(operator, Award, "revoke", [award], reason="  ")
    assert "A reason is needed." in response.content.decode()
    award.refresh_from_db()
    assert award.state == AwardState.GRANTED


def test_an_award_that_cannot_be_changed_keeps_no_other_back(operator: Client, award: Award, world: World) -> None:
    world.complete(world.learner("grace"), "vertical@u1", "vertical@u2")
    api.revoke(award.uuid, reason="before")
    done = act(operator, Award, "hold", Award.objects.all(), reason=REASON)
    assert told(done)[-1] == "1 award was changed."
    assert f"The award {award.uuid} is revoked; it cannot become held." in told(done)
    assert sorted(Award.objects.values_list("state", flat=True)) == ["held", "revoked"]


def test_too_many_at_once_are_the_commands(operator: Client, award: Award, monkeypatch: pytest.MonkeyPatch) -> None:
    from microcred_plugin.admin import actions

    monkeypatch.setattr(actions, "_AT_ONCE", 0)
    assert told(act(operator, Award, "revoke", [award], reason=REASON)) == [
        "Choose at most 0 rows, or use the command microcred."
    ]
    award.refresh_from_db()
    assert award.state == AwardState.GRANTED


def test_parked_learners_are_tried_again(operator: Client, world: World, learner: User, publish: Any) -> None:
    publish()
    values = {"change": 1, "changed_at": now(), "parked_at": now(), "attempts": 6}
    rows = [Pending.objects.create(user_id=user_id, context=RUN, **values) for user_id in (learner.pk, 900)]
    assert told(act(operator, Pending, "unpark", rows[:1])) == ["1 learner is no longer parked."]
    assert list(Pending.objects.filter(parked_at=None).values_list("user_id", "attempts")) == [(learner.pk, 0)]
    assert told(act(operator, Pending, "judge_now", rows)) == ["1 learner was judged."]
    assert list(Pending.objects.values_list("user_id", flat=True)) == [900]


def test_an_offering_is_ended_and_no_longer_listened_to(operator: Client, award: Award, world: World) -> None:
    assert Interest.objects.exists()
    done = act(operator, Offering, "end", Offering.objects.all())
    assert told(done) == [f"Basics is no longer offered in {RUN}."]
    assert not Offering.objects.filter(active=True).exists()
    assert not Interest.objects.exists()
    world.complete(world.learner("grace"), "vertical@u1", "vertical@u2")
    assert list(Award.objects.values_list("uuid", "state")) == [(award.uuid, "granted")]


@pytest.mark.parametrize(
    ("model", "action"),
    [(model, action) for model, names in ACTS.items() for action in names],
)
def test_who_may_only_view_cannot_act(world: World, award: Award, model: Any, action: str) -> None:
    Pending.objects.create(user_id=award.user_id, context=RUN, change=1, changed_at=now(), parked_at=now(), attempts=6)
    api.hold(award.uuid, reason="before") if action == "restore" else None
    before = [list(one.objects.values()) for one in (Award, Pending, Offering)]
    client = client_of(world, f"view_{model._meta.model_name}")
    assert client.get(address(model, "changelist")).status_code == 200
    response = act(client, model, action, model.objects.all(), reason=REASON)
    assert f'value="{action}"' not in response.content.decode()
    assert [list(one.objects.values()) for one in (Award, Pending, Offering)] == before


def test_who_may_change_awards_may_act_on_awards_alone(world: World, award: Award) -> None:
    client = client_of(world, "view_award", "change_award", "view_offering")
    act(client, Award, "revoke", [award], reason=REASON)
    act(client, Offering, "end", Offering.objects.all())
    award.refresh_from_db()
    assert award.state == AwardState.REVOKED
    assert Offering.objects.filter(active=True).exists()


def test_who_has_no_permission_sees_nothing(world: World, award: Award) -> None:
    client = client_of(world)
    assert {client.get(address(model, "changelist")).status_code for model in OURS} == {403}


def test_progress_says_in_what(operator: Client, award: Award) -> None:
    page = operator.get(address(models.Progress, "changelist")).content.decode()
    assert "Org/basics, 1" in page
    assert operator.get(address(models.Progress, "changelist"), {"o": "2"}).status_code == 200
