"""What stands in the log: what happened, by a stable name and with ids; never who a person is."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DataError, IntegrityError, OperationalError
from microcred_plugin.xblocks.microcredential import reading

import microcred_plugin
from microcred_plugin import api, dispatch
from microcred_plugin.errors import NotAllowed
from microcred_plugin.evidence.models import Pending
from microcred_plugin.logs import Log, told
from microcred_plugin.sandbox import learning
from microcred_plugin.signals import BADGE_AWARDED
from tests import broker as brokers
from tests.broker import Broker
from tests.faults import Stumbling, without_table
from tests.world import RUN, World, completion, milestone

PACKAGE = Path(microcred_plugin.__file__).parent
USERNAME, EMAIL, FIRST, LAST = "zora.neale", "z.hurston@example.org", "Zora", "Hurston"
PERSONAL = re.compile("|".join(map(re.escape, (USERNAME, EMAIL, FIRST, LAST))), re.IGNORECASE)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that is logged, from DEBUG up."""
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.fixture
def zora(world: World) -> User:
    """A learner with every kind of name."""
    user = User.objects.create_user(USERNAME, EMAIL, first_name=FIRST, last_name=LAST)
    learning.enrol(user, RUN)
    return user


def ours(log: pytest.LogCaptureFixture) -> list[Any]:
    return [record for record in log.records if hasattr(record, "microcred")]


def events(log: pytest.LogCaptureFixture) -> set[str]:
    return {record.microcred["event"] for record in ours(log)}


def failing(*args: Any) -> None:
    raise DataError(f"Data too long: '{USERNAME}' ({EMAIL}, {FIRST} {LAST})")


def test_a_line_names_the_event_and_its_fields_and_carries_them_for_json(log: Any) -> None:
    Log("microcred_plugin.flows.example").info("example-happened", user_id=5, context=RUN, note='a "b"\nc=d', empty="")
    (record,) = ours(log)
    assert record.getMessage() == (f'event=example-happened user_id=5 context={RUN} note="a \\"b\\"\\nc=d" empty=""')
    assert record.microcred == {
        "event": "example-happened",
        "user_id": 5,
        "context": RUN,
        "note": 'a "b"\nc=d',
        "empty": "",
    }
    assert (record.name, record.levelname) == ("microcred_plugin.flows.example", "INFO")


def test_every_logger_is_below_ours_whatever_it_is_called() -> None:
    names = [Log(name)._logger.name for name in ("microcred_plugin.flows", "microcred_plugin", "microcred_pluginx")]
    assert names == ["microcred_plugin.flows", "microcred_plugin", "microcred_plugin.microcred_pluginx"]


def test_a_percent_sign_in_a_value_is_a_percent_sign(log: Any) -> None:
    Log("microcred_plugin").warning("example-happened", progress="80%s")
    assert ours(log)[0].getMessage().endswith("progress=80%s")


def test_a_failure_is_logged_with_type_place_and_trace_but_without_its_text(log: Any) -> None:
    try:
        try:
            failing()
        except DataError as error:
            raise RuntimeError(f"No badge for {EMAIL}") from error
    except RuntimeError as error:
        Log("microcred_plugin").failure("example-failed", error, user_id=5)
    assert 'error="RuntimeError at tests/test_logs.py:' in log.text
    assert "Traceback" in log.text
    assert "in test_a_failure_is_logged" in log.text
    assert "builtins.RuntimeError" in log.text
    assert 'caused_by="DataError at tests/test_logs.py:' in log.text
    assert not PERSONAL.search(log.text)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError(EMAIL), "ValueError"),
        (OperationalError(1213, f"Deadlock found for {EMAIL}"), "OperationalError [1213]"),
        (OSError(28, f"No space left for {EMAIL}"), "OSError [28]"),
        (NotAllowed("The award 5 is held."), "NotAllowed: The award 5 is held."),
        (ValueError(True), "ValueError"),
        (ValueError(), "ValueError"),
    ],
)
def test_of_an_error_its_kind_and_code_are_told_and_its_text_only_when_it_is_ours(error: Exception, text: str) -> None:
    assert told(error) == text


def test_the_code_of_postgresql_is_told() -> None:
    class UniqueViolation(Exception):
        sqlstate = "23505"

    error = IntegrityError(EMAIL)
    error.__cause__ = UniqueViolation(EMAIL)
    assert told(error) == "IntegrityError [23505]"


def test_nobody_else_writes_to_the_log() -> None:
    block = Path(reading.__file__).parent
    writers = {
        path.name
        for path in [*PACKAGE.rglob("*.py"), *block.rglob("*.py")]
        if "sandbox" not in path.parts and re.search(r"^\s*(import logging|from logging)", path.read_text(), re.M)
    }
    assert writers == {"logs.py"}


def test_earning_and_losing_is_logged_by_ids_alone(world: World, zora: User, publish: Any, log: Any) -> None:
    with_badge = milestone("one", [completion("vertical@u1")], badge=True)
    publish(milestones=[with_badge, milestone("two", [completion("vertical@u2")])])
    world.complete(zora, "vertical@u1", "vertical@u2")
    for award in api.awards_of(zora.pk):
        api.revoke(award.uuid, reason=f"{FIRST} {LAST} asked for it")
    api.sweep()
    api.backfill()
    list(api.reconcile(fix=True))
    api.course_progress(zora.pk, RUN)
    assert {"award-granted", "award-changed", "backfill-finished", "sweep-finished"} <= events(log)
    granted = [record for record in ours(log) if record.microcred["event"] == "award-granted"]
    assert {record.microcred["user_id"] for record in granted} == {zora.pk}
    assert not PERSONAL.search(log.text)


def test_what_fails_is_logged_by_ids_alone(
    world: World, zora: User, publish: Any, log: Any, stumbling: type[Stumbling], settings: Any
) -> None:
    settings.MICROCRED_MAX_ATTEMPTS, settings.MICROCRED_BACKOFF_SECONDS = 2, 0
    publish()
    stumbling.when("enrolments", failing)
    world.complete(zora, "vertical@u1", "vertical@u2")
    api.sweep()
    with pytest.raises(DataError):
        api.backfill()
    with without_table(Pending):
        world.complete(zora, "vertical@u1", completion=0.5)
        assert not api.is_alive()
    assert {"evaluation-failed", "learner-parked", "change-not-noted", "not-alive"} <= events(log)
    assert not PERSONAL.search(log.text)
    (row,) = Pending.objects.all()
    assert row.parked_at is not None
    assert row.last_error.startswith("DataError at ")
    assert not PERSONAL.search(row.last_error)


def test_a_receiver_that_fails_is_logged_by_ids_alone(world: World, zora: User, publish: Any, log: Any) -> None:
    def receive(badge: Any, **kwargs: Any) -> None:
        list(User.objects.raw(f"SELECT * FROM nowhere WHERE email = '{badge.user.pii.email}'"))  # noqa: S608

    BADGE_AWARDED.connect(receive)
    try:
        publish()
        world.complete(zora, "vertical@u1", "vertical@u2")
    finally:
        BADGE_AWARDED.disconnect(receive)
    assert not [record for record in ours(log) if PERSONAL.search(logging.Formatter().format(record))]


def test_a_broker_that_is_down_is_logged_by_ids_alone(world: World, zora: User, publish: Any, log: Any) -> None:
    publish()
    with brokers.unreachable():
        world.complete(zora, "vertical@u1", "vertical@u2")
    dispatch.forget()
    assert "task-not-started" in events(log)
    assert not PERSONAL.search(log.text)


def test_a_block_that_cannot_read_is_logged_by_ids_alone(world: World, zora: User, log: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "_told", set())

    def broken() -> Any:
        failing()

    assert reading.progress(broken, zora.pk, "", RUN) == reading.Nothing(reading.BROKEN)
    assert events(log) == {"block-cannot-read"}
    assert not PERSONAL.search(log.text)


def test_what_is_rolled_back_is_not_logged(world: World, zora: User, publish: Any, log: Any, broker: Broker) -> None:
    from django.db import transaction

    publish()
    log.clear()
    with transaction.atomic():
        api.award(zora.pk, "basics", reason="by hand")
        transaction.set_rollback(True)
    assert events(log) == set()
