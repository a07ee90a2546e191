"""How many learners have come how far in a run."""

from collections import Counter
from uuid import UUID

from django.db.models import Count, F

from microcred_plugin.awards.models import Award
from microcred_plugin.data import AwardState, Figures
from microcred_plugin.progress.models import Progress


def figures_of(run: str) -> dict[UUID, Figures]:
    """Count, for each microcredential, who earned it in a run and holds it, and who has begun; two queries."""
    held = Award.objects.filter(run=run, milestone_key="", state=AwardState.GRANTED.value)
    earned = Counter(dict(held.values_list("microcredential__uuid").annotate(count=Count("pk")).order_by()))
    begun = Progress.objects.filter(run=run, earned=False, fraction__gt=0)
    current = begun.filter(version=F("version__microcredential__current_version"))
    counted = current.values_list("version__microcredential__uuid").annotate(count=Count("pk")).order_by()
    under_way = Counter(dict(counted))
    return {uuid: Figures(earned=earned[uuid], under_way=under_way[uuid]) for uuid in {*earned, *under_way}}
