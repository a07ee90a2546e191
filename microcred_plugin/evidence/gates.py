"""Gates: open to all who write about learners, each shut for a moment while one of its learners is forgotten.

Who writes holds the learner's gate as *sharers* do until their transaction ends, so they never wait for each other. Who
forgets a learner holds it alone: they begin when everybody who was in is done, and who comes later reads that the
learner is gone. See docs/decisions/0013-forgetting-a-learner.md.
"""

from collections.abc import Collection, Sequence

from django.db import connection
from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from microcred_plugin.errors import NotAllowed
from microcred_plugin.evidence.models import Gate

COUNT = 256
#: How each database locks what it reads without keeping other readers out. SQLite lets one transaction write at a time.
_SHARING = {"postgresql": " FOR SHARE", "mysql": " LOCK IN SHARE MODE"}


def _sharing() -> str:
    return _SHARING.get(connection.vendor, "")


def _number(user_id: int) -> int:
    return user_id % COUNT


def _entry(user_id: int) -> str:
    return f" {user_id} "


def through(user_id: int) -> RawSQL:
    """Return a column for a query in a transaction: it goes through the learner's gate, in the same statement.

    0: the learner is here, and stays until the transaction ends. 1: they were forgotten. None: ``make`` the gate first.
    """
    table = connection.ops.quote_name(Gate._meta.db_table)
    # The subquery depends on nothing outside, so it is carried out once; it returns the row as it is after any waiting.
    sql = f"SELECT CASE WHEN forgotten LIKE %s THEN 1 ELSE 0 END FROM {table} WHERE number = %s{_sharing()}"  # noqa: S608
    parameters = (f"%{_entry(user_id)}%", _number(user_id))
    return RawSQL(sql, parameters, output_field=IntegerField())  # noqa: S611


def make(user_ids: Collection[int]) -> None:
    """Make these learners' gates where they are missing; the migration made all, but tables can be emptied."""
    numbers = sorted({_number(user_id) for user_id in user_ids})
    Gate.objects.bulk_create([Gate(number=number) for number in numbers], ignore_conflicts=True)


def enter(user_ids: Collection[int]) -> list[int]:
    """Return those who were not forgotten, in order; in a transaction: none of them will be until it ends."""
    if not user_ids:
        return []
    numbers = {_number(user_id) for user_id in user_ids}
    found = _shared(numbers)
    if found.keys() != numbers:
        make(user_ids)
        found = _shared(numbers)
    return [user_id for user_id in sorted(user_ids) if _entry(user_id) not in found[_number(user_id)]]


def enter_alone(user_id: int) -> None:
    """Go through one learner's gate; NotAllowed when they were forgotten."""
    if not enter([user_id]):
        raise NotAllowed(f"User {user_id} was retired: nothing about them may be stored any more.")


def _shared(numbers: Collection[int]) -> dict[int, str]:
    rows = Gate.objects.filter(number__in=numbers).order_by("number")
    sql, parameters = rows.query.sql_with_params()
    return {row.number: row.forgotten for row in Gate.objects.raw(sql + _sharing(), parameters)}


def leave_out(user_ids: Sequence[int]) -> list[int]:
    """Return those who were not forgotten, for who only reads."""
    rows = Gate.objects.filter(number__in={_number(user_id) for user_id in user_ids}).exclude(forgotten="")
    shut = dict(rows.values_list("number", "forgotten"))
    return [user_id for user_id in user_ids if _entry(user_id) not in shut.get(_number(user_id), "")]


def is_forgotten(user_id: int) -> bool:
    """Say whether a learner was forgotten."""
    return not leave_out([user_id])


def shut(user_id: int) -> bool:
    """Wait until nobody writes about the learner, and let nobody in until the transaction ends; False: was done before.

    After that, nothing about them is stored any more.
    """
    rows = Gate.objects.select_for_update().filter(number=_number(user_id))
    gate = rows.first()
    if (
        gate is None
    ):  # not made on the chance: on MySQL that would share the row first, and two would wait for each other
        make([user_id])
        gate = rows.get()
    if _entry(user_id) in gate.forgotten:
        return False
    gate.forgotten += _entry(user_id)
    gate.save(update_fields=["forgotten"])
    return True
