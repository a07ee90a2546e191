"""What happens to an award when its evidence goes away, its time is over, or a person decides."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now

from microcred_plugin import api
from microcred_plugin.awards.models import Award
from microcred_plugin.data import AwardState
from microcred_plugin.definitions.versions import plans
from microcred_plugin.errors import BadInput, NotAllowed, NotFound
from microcred_plugin.flows import new_award
from microcred_plugin.sandbox import learning
from tests.world import World, completion, definition, milestone

Publish = Any
MANUAL = {"manual": {"prompt": "Portfolio reviewed."}}


def _states() -> list[str]:
    return [str(state) for state in Award.objects.order_by("pk").values_list("state", flat=True)]


def _history() -> list[str]:
    return [event.kind for event in api.get_award(Award.objects.get().uuid).history]


def _earn(world: World, learner: User) -> None:
    world.complete(learner, "vertical@u1", "vertical@u2")


def _days_pass(days: int) -> None:
    """Move what is dated back, as if so many days had passed."""
    for award in Award.objects.exclude(regressed_at=None):
        Award.objects.filter(pk=award.pk).update(regressed_at=award.regressed_at - timedelta(days=days))
    for award in Award.objects.exclude(expires_at=None):
        Award.objects.filter(pk=award.pk).update(expires_at=award.expires_at - timedelta(days=days))


@pytest.mark.parametrize(("regression", "then"), [("keep", "granted"), ("hold", "held"), ("revoke", "revoked")])
@pytest.mark.parametrize("how", ["reset", "taken back", "unenrolled"])
def test_a_course_reset_follows_the_policy(
    world: World, learner: User, publish: Publish, regression: str, then: str, how: str
) -> None:
    publish(policy={"regression": regression})
    _earn(world, learner)
    if how == "reset":
        learning.reset(learner, world.run)
    elif how == "taken back":
        world.complete(learner, "html@h1", completion=0.0)
    else:
        learning.unenrol(learner, world.run)
    assert _states() == [then]
    api.sweep()
    assert _states() == [then]


@pytest.mark.parametrize("regression", ["hold", "revoke"])
def test_what_a_policy_took_can_be_earned_again(
    world: World, learner: User, publish: Publish, regression: str, announced: list[tuple[str, str]]
) -> None:
    publish(policy={"regression": regression})
    for _ in range(2):
        _earn(world, learner)
        learning.reset(learner, world.run)
    _earn(world, learner)
    taken = "held" if regression == "hold" else "revoked"
    assert _history() == ["granted", taken, "restored", taken, "restored"]
    assert _states() == ["granted"]
    heard = [kind for kind, _ in announced]
    assert heard == (["awarded"] if regression == "hold" else ["awarded", "revoked"] * 2 + ["awarded"])


def test_days_of_grace_are_waited_for_by_the_sweep(world: World, learner: User, publish: Publish) -> None:
    publish(policy={"regression": "revoke", "grace_days": 7})
    _earn(world, learner)
    learning.reset(learner, world.run)
    assert _states() == ["granted"]
    _days_pass(6)
    assert api.sweep().regressed == 0
    assert _states() == ["granted"]
    _days_pass(1)
    assert api.sweep().regressed == 1
    assert _states() == ["revoked"]
    assert api.sweep().regressed == 0
    assert _history() == ["granted", "revoked"]


def test_who_does_the_work_again_within_the_grace_loses_nothing(world: World, learner: User, publish: Publish) -> None:
    publish(policy={"regression": "revoke", "grace_days": 7})
    _earn(world, learner)
    learning.reset(learner, world.run)
    _earn(world, learner)
    assert Award.objects.get().regressed_at is None
    _days_pass(30)
    assert api.sweep().regressed == 0
    assert _history() == ["granted"]


def test_the_sweep_looks_again_before_it_takes(world: World, learner: User, publish: Publish) -> None:
    """A further version asks for other things, so nobody listens any more to what the award was given for."""
    publish(policy={"regression": "revoke", "grace_days": 7})
    _earn(world, learner)
    learning.reset(learner, world.run)
    publish(units=["vertical@u3"], policy={"regression": "revoke", "grace_days": 7})
    _earn(world, learner)
    _days_pass(8)
    assert api.sweep().regressed == 0
    assert _states() == ["granted"]
    assert Award.objects.get().regressed_at is None


def test_after_it_was_retired_what_was_earned_stays(world: World, learner: User, publish: Publish) -> None:
    publish(policy={"regression": "revoke", "grace_days": 7})
    _earn(world, learner)
    learning.reset(learner, world.run)
    api.retire("basics", reason="Replaced.")
    _days_pass(8)
    assert api.sweep().regressed == 0
    assert _states() == ["granted"]


def test_awards_that_stay_in_their_grace_do_not_hide_others_from_the_sweep(
    world: World, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    from microcred_plugin.flows import one_pass

    monkeypatch.setattr(one_pass, "AT_ONCE", 2)
    publish("patient", policy={"regression": "revoke", "grace_days": 365})
    publish("strict", policy={"regression": "revoke", "grace_days": 1})
    for number in range(3):
        learner = world.learner(f"learner{number}")
        _earn(world, learner)
        learning.reset(learner, world.run)
    _days_pass(2)
    assert api.sweep().regressed == 3
    assert set(Award.objects.filter(state="revoked").values_list("microcredential__slug", flat=True)) == {"strict"}


@pytest.mark.parametrize("policy", ["hold", "revoke"])
def test_a_policy_does_not_undo_what_a_person_did(world: World, learner: User, publish: Publish, policy: str) -> None:
    publish(policy={"regression": policy})
    _earn(world, learner)
    award = Award.objects.get()
    # A person revokes; the evidence is there, and comes again: it stays revoked.
    api.revoke(award.uuid, reason="Plagiarism.")
    world.complete(learner, "html@h1", completion=0.0)
    _earn(world, learner)
    assert _states() == ["revoked"]
    # A person restores, although the evidence is gone: it stays granted.
    learning.reset(learner, world.run)
    api.restore(award.uuid, reason="Recognised from elsewhere.")
    world.complete(learner, "html@h1")
    world.complete(learner, "html@h1", completion=0.0)
    api.sweep()
    assert list(api.reconcile(fix=True)) == []
    assert _states() == ["granted"]
    assert _history() == ["granted", "revoked", "restored"]


def test_what_a_policy_took_a_person_may_restore_for_good(world: World, learner: User, publish: Publish) -> None:
    publish(policy={"regression": "hold"})
    _earn(world, learner)
    learning.reset(learner, world.run)
    assert _states() == ["held"]
    api.restore(Award.objects.get().uuid, reason="The reset was ours.")
    world.complete(learner, "html@h1")
    world.complete(learner, "html@h1", completion=0.0)
    api.sweep()
    assert _states() == ["granted"]


def test_an_award_by_hand_needs_no_evidence_and_no_policy_takes_it(
    world: World, learner: User, publish: Publish
) -> None:
    publish(policy={"regression": "revoke"})
    award = api.award(learner.pk, "basics", reason="  Exam at the partner school.  ", by=None)
    assert (award.evidence_level, award.why["by_hand"], award.why["reason"]) == (
        "verified",
        True,
        "Exam at the partner school.",
    )
    world.complete(learner, "html@h1")
    learning.reset(learner, world.run)
    api.sweep()
    assert list(api.reconcile()) == []
    assert _states() == ["granted"]
    with pytest.raises(NotAllowed):
        api.award(learner.pk, "basics", reason="Again.")
    _earn(world, learner)
    assert Award.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "   "])
def test_every_verb_asks_for_a_reason(world: World, learner: User, publish: Publish, reason: str) -> None:
    publish(milestones=[milestone("m", [MANUAL])])
    with pytest.raises(BadInput):
        api.award(learner.pk, "basics", reason=reason)
    with pytest.raises(BadInput):
        api.confirm(learner.pk, "basics", "m", reason=reason)
    award = api.award(learner.pk, "basics", reason="So.")
    for verb in (api.hold, api.revoke, api.restore):
        with pytest.raises(BadInput):
            verb(award.uuid, reason=reason)
    assert _history() == ["granted"]


ALLOWED = {
    ("granted", "hold"): "held",
    ("granted", "revoke"): "revoked",
    ("held", "revoke"): "revoked",
    ("held", "restore"): "granted",
    ("revoked", "restore"): "granted",
    ("expired", "restore"): "granted",
    ("expired", "revoke"): "revoked",
}


@pytest.mark.parametrize("state", [state.value for state in AwardState])
@pytest.mark.parametrize("verb", ["hold", "revoke", "restore"])
def test_only_these_changes_of_state_are_allowed(
    world: World, learner: User, publish: Publish, state: str, verb: str
) -> None:
    publish()
    award = api.award(learner.pk, "basics", reason="To begin with.")
    Award.objects.update(state=state)
    then = ALLOWED.get((state, verb))
    if then is None:
        with pytest.raises(NotAllowed, match=state):
            getattr(api, verb)(award.uuid, reason="So.")
        assert (_states(), _history()) == ([state], ["granted"])
        return
    changed = getattr(api, verb)(award.uuid, reason="So.", by=learner.pk)
    assert changed.state == then
    assert [(line.kind, line.reason, line.actor_id) for line in changed.history][-1] == (
        "restored" if verb == "restore" else then,
        "So.",
        learner.pk,
    )


def test_verbs_on_what_is_not_there_say_so(world: World, learner: User, publish: Publish) -> None:
    with pytest.raises(NotFound):
        api.revoke(uuid4(), reason="So.")
    with pytest.raises(NotFound):
        api.award(learner.pk, "basics", reason="So.")
    with pytest.raises(NotFound):
        api.user_id_of("nobody")
    api.save_draft(definition(), by=None, run=world.run)
    with pytest.raises(NotAllowed, match="not published"):
        api.award(learner.pk, "basics", reason="So.")


def test_a_confirmation_by_staff_counts_once_and_is_kept(world: World, learner: User, publish: Publish) -> None:
    publish(milestones=[milestone("work", [completion("vertical@u1")]), milestone("seen", [MANUAL])])
    world.complete(learner, "vertical@u1")
    assert not Award.objects.exists()
    assert api.confirm(learner.pk, "basics", "seen", reason="Seen.", by=learner.pk) is True
    assert Award.objects.get().evidence_level == "verified"
    assert api.confirm(learner.pk, "basics", "seen", reason="Seen again.") is False
    assert Award.objects.count() == 1
    with pytest.raises(BadInput, match="seen"):
        api.confirm(learner.pk, "basics", "work", reason="Seen.")
    publish(milestones=[milestone("seen", [MANUAL])], title="New")
    other = world.learner("other")
    api.confirm(other.pk, "basics", "seen", reason="Seen.")
    assert Award.objects.count() == 2


def test_a_confirmation_in_a_pure_stack_is_heard(world: World, learner: User, publish: Publish) -> None:
    publish("portfolio", run=None, milestones=[milestone("seen", [MANUAL])])
    api.confirm(learner.pk, "portfolio", "seen", reason="Seen.")
    assert [award.slug for award in api.awards_of(learner.pk)] == ["portfolio"]


def test_an_award_expires_by_the_sweep_and_only_a_person_brings_it_back(
    world: World, learner: User, publish: Publish, announced: list[tuple[str, str]]
) -> None:
    publish(policy={"expires_after_months": 1})
    _earn(world, learner)
    award = Award.objects.get()
    assert award.expires_at is not None
    assert timedelta(days=28) <= award.expires_at - award.granted_at <= timedelta(days=31)
    assert api.sweep().expired == 0
    _days_pass(32)
    assert api.sweep().expired == 1
    assert api.sweep().expired == 0
    world.complete(learner, "html@h1", completion=0.0)
    _earn(world, learner)
    assert _states() == ["expired"]
    api.restore(award.uuid, reason="Recertified.")
    assert api.sweep().expired == 0
    assert _history() == ["granted", "expired", "restored"]
    assert [kind for kind, _ in announced] == ["awarded", "revoked", "awarded"]


def test_a_held_award_expires_too_and_a_revoked_one_stays_revoked(world: World, publish: Publish) -> None:
    publish(policy={"expires_after_months": 1})
    held, revoked = world.learner("held"), world.learner("revoked")
    api.hold(api.award(held.pk, "basics", reason="So.").uuid, reason="So.")
    api.revoke(api.award(revoked.pk, "basics", reason="So.").uuid, reason="So.")
    _days_pass(32)
    assert api.sweep().expired == 1
    assert _states() == ["expired", "revoked"]


@pytest.mark.parametrize(
    ("granted", "months", "expires"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2024, 1, 31), 1, (2024, 2, 29)),
        ((2024, 2, 29), 12, (2025, 2, 28)),
        ((2026, 12, 15), 1, (2027, 1, 15)),
        ((2026, 8, 31), 18, (2028, 2, 29)),
    ],
)
def test_months_are_calendar_months(
    world: World, publish: Publish, granted: tuple[int, int, int], months: int, expires: tuple[int, int, int]
) -> None:
    publish(policy={"expires_after_months": months})
    from microcred_plugin.definitions.models import Version

    (plan,) = plans([(Version.objects.get().pk, world.run)])
    assert new_award.expiry(plan.definition, datetime(*granted, tzinfo=UTC)) == datetime(*expires, tzinfo=UTC)


def _window(opens: timedelta | None = None, closes: timedelta | None = None) -> dict[str, str | None]:
    moment = now()
    return {
        "opens": (moment + opens).isoformat() if opens is not None else None,
        "closes": (moment + closes).isoformat() if closes is not None else None,
    }


def test_before_the_window_opens_nothing_is_awarded_and_then_everything_at_once(
    world: World, learner: User, publish: Publish
) -> None:
    from microcred_plugin.evidence.models import Backfill

    publish(window=_window(opens=timedelta(days=3)))
    _earn(world, learner)
    (progress,) = api.course_progress(learner.pk, world.run)
    assert (progress.earned, progress.award) == (True, None)
    assert list(api.reconcile()) == []
    opening = Backfill.objects.order_by("due_at").last()
    assert opening is not None
    assert opening.due_at > now() + timedelta(days=2)
    publish(window=_window(opens=timedelta(seconds=-1)))
    assert _states() == ["granted"]


def test_evidence_from_after_the_closing_does_not_count(world: World, publish: Publish) -> None:
    early, late = world.learner("early"), world.learner("late")
    _earn(world, early)
    world.complete(late, "vertical@u1")
    publish(window=_window(opens=timedelta(days=-2), closes=timedelta(seconds=0)))
    world.complete(late, "vertical@u2")
    assert set(Award.objects.values_list("user_id", flat=True)) == {early.pk}
