"""Looks at what was published: is it still what we know, and still there."""

from microcred_plugin.compat import platform
from microcred_plugin.data import MicrocredentialState
from microcred_plugin.definitions import versions
from microcred_plugin.definitions.models import Offering
from microcred_plugin.flows.checkup.found import Found, bad, odd, well
from microcred_plugin.flows.refresh_structure import outdated

_RUNS = 200


def look_at_versions() -> Found:
    """No published version may have been changed."""
    changed = [f"version {row.num} of {row.microcredential}" for row in versions.altered()]
    remedy = "Restore these rows from a backup; until then they award nothing."
    return bad(f"Changed past the models: {', '.join(changed)}.", remedy) if changed else well("Each is as published.")


def look_at_outlines() -> Found:
    """What we know of a course should be what is published there."""
    behind = outdated()
    if not behind:
        return well("Every course is known as it is published.")
    remedy = "Minutes after a publish this is normal; then microcred sweep reads them again. Put it into cron."
    return odd(f"Known as they were before: {', '.join(behind)}.", remedy)


def look_at_offerings() -> Found:
    """What is offered should be offered in runs that exist."""
    rows = Offering.objects.filter(active=True, microcredential__state=MicrocredentialState.PUBLISHED.value)
    runs = sorted(set(rows.values_list("run", flat=True)[:_RUNS]))
    answerer = platform()
    gone = [run for run in runs if answerer.course(run) is None]
    if not gone:
        return well(f"Offered in {len(runs)} runs, and all exist.")
    return odd(f"Offered in runs that do not exist: {', '.join(gone)}.", "End these offerings in Django admin.")
