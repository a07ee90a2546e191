"""Set-based readers of what the database knows about learners; each is one query for any number of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from completion.models import BlockCompletion
from django.db.models import QuerySet

from microcred_plugin.evidence.models import Confirmation

# Above this many leaves in a course, reading all of a learner's rows there is cheaper than naming the leaves.
_NAME_AT_MOST = 300

Completed = Mapping[str, datetime]  #: leaf key → when it was completed


def completions(user_ids: Collection[int], leaves: Mapping[str, Collection[str]]) -> dict[int, dict[str, datetime]]:
    """Say when each learner completed which leaves; ``leaves`` are keyed by course.

    Complete is 1.0 and nothing less (completion.models.BlockCompletion; videos may store parts).
    """
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    wanted = {key for keys in leaves.values() for key in keys}
    if not wanted or not user_ids:
        return found
    rows = _completed(leaves).filter(user_id__in=user_ids)
    if len(wanted) <= _NAME_AT_MOST:
        rows = rows.filter(block_key__in=wanted)
    for user_id, block_key, modified in rows.values_list("user_id", "block_key", "modified").iterator():
        key = str(block_key)
        if key in wanted:  # exact: some databases hold keys equal that differ in case
            found[user_id][key] = modified
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
