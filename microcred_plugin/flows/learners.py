"""Whom a change of a definition concerns, a page at a time, by id."""

from collections.abc import Collection, Sequence

from microcred_plugin.awards import api as awards
from microcred_plugin.compat import platform
from microcred_plugin.definitions.interest import AWARDS
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.evidence import readers
from microcred_plugin.flows.gather import award_uuids


def learners_in(context: str, plans: Collection[Plan], *, after: int, limit: int) -> Sequence[int]:
    """Name up to ``limit`` users above ``after`` whom the plans may concern in this context."""
    if context == AWARDS:
        return awards.holders_of(award_uuids(plans), after=after, limit=limit)
    found = set(platform().learners(context, after=after, limit=limit))
    if any(not plan.definition.eligibility.enrolled for plan in plans):
        found |= set(readers.learners_with_completions([context], after=after, limit=limit))
    return sorted(found)[:limit]


def count_in(context: str) -> int:
    """Count the learners of a context, for a progress bar; 0 when nobody knows."""
    return 0 if context == AWARDS else platform().count_learners(context)
