"""Set-based readers of what the database knows about learners; each is one query for any number of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from completion.models import BlockCompletion
from django.db import connection
from django.db.models import ExpressionWrapper, F, Field, QuerySet, TextField

from microcred_plugin.evidence.models import Confirmation

# Above this many leaves in a course, reading all of a learner's rows there is cheaper than naming the leaves.
_NAME_AT_MOST = 100


class Completed(dict[str, Any]):
    """What one learner has completed: leaf key → when, as the database's driver gives it.

    A backfill reads a hundred rows for every time it needs, so a time is made of a row only when it is asked for. As
    the driver gives them, times of one column compare as the times themselves do.
    """

    def at(self, keys: Iterable[str]) -> datetime:
        """Return when the last of these was completed; they must be there."""
        return _as_time(max(map(self.__getitem__, keys)))


_MODIFIED: "Field[Any, Any]" = BlockCompletion._meta.get_field("modified")
_RAW_MODIFIED = ExpressionWrapper(F("modified"), output_field=TextField())
_RAW_BLOCK_KEY = ExpressionWrapper(F("block_key"), output_field=TextField())


def _as_time(raw: Any) -> datetime:
    column = _MODIFIED.get_col(BlockCompletion._meta.db_table)
    for convert in connection.ops.get_db_converters(column) + _MODIFIED.get_db_converters(connection):
        raw = convert(raw, column, connection)
    moment: datetime = raw
    return moment


def completions(user_ids: Collection[int], leaves: Mapping[str, Collection[str]]) -> dict[int, Completed]:
    """Say what each learner completed of these leaves; ``leaves`` are keyed by course.

    Complete is 1.0 and nothing less (completion.models.BlockCompletion; videos may store parts).
    """
    found: dict[int, Completed] = defaultdict(Completed)
    wanted = {key for keys in leaves.values() for key in keys}
    if not wanted or not user_ids:
        return found
    rows = _completed(leaves).filter(user_id__in=user_ids)
    if len(wanted) <= _NAME_AT_MOST:
        rows = rows.filter(block_key__in=wanted)
    for user_id, key, at in rows.values_list("user_id", _RAW_BLOCK_KEY, _RAW_MODIFIED):
        if key in wanted:  # exact: some databases hold keys equal that differ in case
            found[user_id][key] = at
    return found


def _completed(courses: Iterable[str]) -> QuerySet[BlockCompletion]:
    rows: QuerySet[BlockCompletion] = BlockCompletion.objects.filter(context_key__in=list(courses), completion=1.0)
    return rows


def learners_with_completions(courses: Collection[str], *, after: int, limit: int) -> Sequence[int]:
    """Name up to ``limit`` users above ``after`` who completed anything in these courses, by id."""
    rows = _completed(courses).filter(user_id__gt=after).order_by("user_id")
    return list(rows.values_list("user_id", flat=True).distinct()[:limit])


def confirmations(
    user_ids: Collection[int], microcredential_ids: Collection[int]
) -> dict[tuple[int, int, str], datetime]:
    """Say when staff confirmed what: (user, microcredential, milestone key) → when."""
    rows = Confirmation.objects.filter(user_id__in=user_ids, microcredential_id__in=microcredential_ids)
    values = rows.values_list("user_id", "microcredential_id", "milestone_key", "confirmed_at")
    return {(user, microcredential, key): at for user, microcredential, key, at in values}


def confirm(user_id: int, microcredential_id: int, milestone_key: str, *, reason: str, by: int | None) -> bool:
    """Store a confirmation; the first one stays. False when it was there."""
    _, created = Confirmation.objects.get_or_create(
        user_id=user_id,
        microcredential_id=microcredential_id,
        milestone_key=milestone_key,
        defaults={"reason": reason, "confirmed_by_id": by},
    )
    return created
