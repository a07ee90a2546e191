"""Awards: once in the database whatever code runs, history that is only added to, and facts that outlive everything."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils.timezone import now

from microcred_plugin import api
from microcred_plugin.awards import api as awards
from microcred_plugin.awards.models import Award, AwardEvent
from microcred_plugin.data import AwardState
from microcred_plugin.definitions.models import Interest, Issuer, Microcredential, Offering, Version
from microcred_plugin.definitions.versions import plans
from microcred_plugin.errors import Immutable, NotFound
from microcred_plugin.flows.new_award import by_hand
from microcred_plugin.progress.models import Progress
from microcred_plugin.structure.models import CourseStructure
from tests.world import World, completion, milestone

Publish = Any


@pytest.fixture
def award(world: World, learner: User, publish: Publish) -> Award:
    """An award that was earned."""
    publish(milestones=[milestone("m", [completion("vertical@u1")], badge=True)])
    world.complete(learner, "vertical@u1")
    return Award.objects.get(milestone_key="")


def _copy(row: models.Model, **changes: Any) -> models.Model:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**{**values, "id": None, **changes})


@pytest.mark.parametrize("milestone_key", ["", "m"])
def test_the_database_holds_no_double(award: Award, milestone_key: str) -> None:
    row = Award.objects.get(milestone_key=milestone_key)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet(Award).bulk_create([_copy(row, uuid=uuid4())])
    assert Award.objects.filter(milestone_key=milestone_key).count() == 1


def test_the_database_holds_no_double_progress_version_or_offering(award: Award) -> None:
    for model in (Progress, Version, Offering):
        with pytest.raises(IntegrityError), transaction.atomic():
            models.QuerySet(model).bulk_create([_copy(model.objects.first())])


def test_granting_what_is_there_already_leaves_it_as_it_is(award: Award, learner: User) -> None:
    (plan,) = plans([(award.version_id, award.run)])
    again = by_hand(plan, learner.pk, now(), "Once more.")
    for state in AwardState:
        Award.objects.filter(pk=award.pk).update(state=state.value)
        assert awards.grant([again, again], reason="Once more.") == []
        assert Award.objects.get(pk=award.pk).state == state
    assert AwardEvent.objects.filter(award=award).count() == 1


def test_granting_the_same_twice_in_one_call_grants_once(world: World, award: Award) -> None:
    other = world.learner("other")
    (plan,) = plans([(award.version_id, award.run)])
    new = by_hand(plan, other.pk, now(), "So.")
    (granted,) = awards.grant([new, new], reason="So.")
    assert [event.kind for event in api.get_award(granted.uuid).history] == ["granted"]


@pytest.mark.parametrize("model", [AwardEvent, Version])
def test_what_was_written_can_be_neither_changed_nor_deleted(award: Award, model: Any) -> None:
    row = model.objects.first()
    before = list(model.objects.order_by("pk").values())
    tries = [
        row.save,
        row.delete,
        lambda: row.save(update_fields=["created" if model is Version else "at"]),
        lambda: model(pk=row.pk, **{key: value for key, value in before[0].items() if key != "id"}).save(),
        lambda: model.objects.update(**{"note" if model is Version else "reason": "Forged."}),
        lambda: model.objects.filter(pk=row.pk).delete(),
        lambda: model.objects.all().delete(),
        lambda: model.objects.bulk_update([row], ["note" if model is Version else "reason"]),
        lambda: model.objects.update_or_create(pk=row.pk, defaults={"num" if model is Version else "kind": 7}),
        lambda: model.objects.bulk_create(
            [row], update_conflicts=True, update_fields=["note" if model is Version else "reason"], unique_fields=["id"]
        ),
        lambda: model._base_manager.filter(pk=row.pk).update(**{"note" if model is Version else "reason": "Forged."}),
        lambda: model._default_manager.filter(pk=row.pk).delete(),
    ]
    for attempt in tries:
        with pytest.raises((Immutable, IntegrityError)), transaction.atomic():
            attempt()
    assert list(model.objects.order_by("pk").values()) == before


def test_history_cannot_be_changed_through_the_award_either(award: Award) -> None:
    with pytest.raises(Immutable):
        award.events.update(reason="Forged.")
    with pytest.raises(Immutable):
        award.events.all().delete()
    assert [event.reason for event in award.events.all()] == ["The requirements were met."]


def test_what_an_award_was_given_for_cannot_be_deleted(award: Award) -> None:
    for row in (award.version, award.microcredential, Issuer.objects.get()):
        with pytest.raises((ProtectedError, Immutable)):
            row.delete()


def test_every_change_of_state_writes_one_line_with_who_why_and_when(award: Award, learner: User) -> None:
    begun = now()
    api.hold(award.uuid, reason=" Checking. ", by=learner.pk)
    api.revoke(award.uuid, reason="Copied.")
    changed = api.restore(award.uuid, reason="Not copied.", by=learner.pk)
    assert [(line.kind, line.reason, line.actor_id) for line in changed.history] == [
        ("granted", "The requirements were met.", None),
        ("held", "Checking.", learner.pk),
        ("revoked", "Copied.", None),
        ("restored", "Not copied.", learner.pk),
    ]
    assert all(line.at.tzinfo is not None for line in changed.history)
    assert [line.at for line in changed.history][1:] == sorted(line.at for line in changed.history[1:])
    assert changed.history[1].at >= begun


def test_a_change_of_state_that_fails_in_its_second_half_did_not_happen(award: Award) -> None:
    from tests.faults import without_table

    with without_table(AwardEvent), pytest.raises(Exception, match=r"(?i)microcred_plugin_awardevent|no such|exist"):
        api.revoke(award.uuid, reason="So.")
    award.refresh_from_db()
    assert award.state == "granted"


def test_an_award_keeps_what_it_was_given_for(world: World, award: Award, publish: Publish) -> None:
    before = api.get_award(award.uuid)
    publish(title="Renamed", description="Other", image={"design": {"shape": "circle", "colour": "#123456"}})
    world.remove("vertical@u1")
    CourseStructure.objects.all().delete()
    Offering.objects.all().delete()
    Interest.objects.all().delete()
    Progress.objects.all().delete()
    Microcredential.objects.update(state="retired")
    assert api.get_award(award.uuid) == before
    assert (before.title, before.version, before.run) == ("Basics", 1, world.run)
    assert before.why["milestones"][0]["met"][0]["requirement"] == "completion"
    assert before.why["evidence"].keys() == {f"completion:{world.key('vertical@u1')}"}


def test_a_learner_who_is_deleted_takes_their_awards_along_and_nobody_elses(world: World, award: Award) -> None:
    other = world.learner("other")
    api.award(other.pk, "basics", reason="So.")
    User.objects.get(pk=award.user_id).delete()
    assert set(Award.objects.values_list("user_id", flat=True)) == {other.pk}
    assert set(AwardEvent.objects.values_list("award__user_id", flat=True)) == {other.pk}


def test_an_award_that_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        api.get_award(uuid4())


def test_an_award_that_is_erased_after_it_was_looked_up_is_not_found(
    award: Award, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = awards.get

    def erased_meanwhile(uuid: Any) -> Award:
        found = look_up(uuid)
        api.forget_user(found.user_id)
        return found

    monkeypatch.setattr(awards, "get", erased_meanwhile)
    with pytest.raises(NotFound):
        api.revoke(award.uuid, reason="So.")
    with pytest.raises(NotFound):
        awards.row(award.pk)


def test_an_award_that_is_erased_during_a_sweep_does_not_make_it_fail(
    award: Award, monkeypatch: pytest.MonkeyPatch
) -> None:
    Award.objects.update(expires_at=now(), regressed_at=now(), by_policy=True)
    for name in ("expired", "regressed"):
        pages = iter([[award.pk], []])
        monkeypatch.setattr(awards, name, lambda limit, after=0, pages=pages: next(pages))
    api.forget_user(award.user_id)
    report = api.sweep()
    assert (report.expired, report.regressed, report.failed) == (0, 0, 0)


def test_awards_are_listed_newest_first_and_for_their_learner_alone(world: World, award: Award) -> None:
    other = world.learner("other")
    api.award(other.pk, "basics", reason="So.")
    assert {one.user_id for one in api.awards_of(other.pk)} == {other.pk}
    listed = api.awards_of(award.user_id)
    assert [one.granted_at for one in listed] == sorted((one.granted_at for one in listed), reverse=True)
    assert [one.held for one in listed] == [True, True]


def test_pages_of_what_the_sweep_looks_at_leave_nothing_out(world: World, award: Award) -> None:
    for number in range(5):
        api.award(world.learner(f"learner{number}").pk, "basics", reason="So.")
    Award.objects.update(to_announce_since=now(), expires_at=now(), regressed_at=now(), by_policy=True)
    for page in (awards.unannounced, awards.expired, awards.regressed):
        seen: list[int] = []
        while pks := page(2, after=seen[-1] if seen else 0):
            seen += pks
        assert seen == sorted(Award.objects.values_list("pk", flat=True))
    assert Decimal(len(seen)) == 7
