"""What is offered to learners in a run, and the microcredentials above and below it in stacks."""

import time
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from microcred_plugin.conf import settings
from microcred_plugin.criteria.binding import is_relative
from microcred_plugin.criteria.document import Definition
from microcred_plugin.criteria.needs import needs
from microcred_plugin.criteria.parse import parse
from microcred_plugin.data import MicrocredentialState
from microcred_plugin.definitions.models import Interest, Microcredential, Offering
from microcred_plugin.definitions.versions import Plan, plans, unbound
from microcred_plugin.errors import NotFound


class Offered(NamedTuple):
    """A published (or retired) microcredential as it can be earned in a run."""

    slug: str
    issuer: str
    state: MicrocredentialState
    plan: Plan

    @property
    def live(self) -> bool:
        """Whether it can still be earned."""
        return self.state is MicrocredentialState.PUBLISHED


_KEPT_RUNS = 500
_COLUMNS = ("slug", "issuer__short_name", "state", "current_version_id")


def _offered(rows: Iterable[tuple[Any, ...]]) -> list[Offered]:
    """Turn (slug, issuer, state, version id, run) into what is offered, keeping the order."""
    listed = list(rows)
    found = {plan.key: plan for plan in plans((row[3], row[4]) for row in listed)}
    return [
        Offered(slug, issuer, MicrocredentialState(state), found[version_id, run])
        for slug, issuer, state, version_id, run in listed
    ]


def in_run(run: str) -> list[Offered]:
    """Return what is offered in a run, by title; one query when this process has read the versions before."""
    rows = Offering.objects.filter(run=run, active=True, microcredential__current_version__isnull=False)
    columns = [f"microcredential__{name}" for name in _COLUMNS]
    return _offered(rows.order_by("microcredential__title", "pk").values_list(*columns, "run"))


def one(uuid: UUID, run: str) -> Offered:
    """Return one microcredential as it can be earned in a run, or in none if it does not ask for one."""
    row = Microcredential.objects.filter(uuid=uuid, current_version__isnull=False).first()
    if row is None or row.current_version is None:
        raise NotFound(f"There is no published microcredential {uuid}.")
    if not row.offerings.filter(run=run, active=True).exists():
        if is_relative(parse(row.current_version.document)):
            raise NotFound(f"{row} is not offered in {run or 'no run'}. Offer it there, or choose another.")
        run = ""
    return _offered([(row.slug, row.issuer.short_name, row.state, row.current_version_id, run)])[0]


class Shown(NamedTuple):
    """What a run's pages show: what is offered there, and what is above and below that in stacks."""

    offered: list[Offered]
    neighbours: list["Neighbour"]


_recent: dict[str, tuple[float, Shown]] = {}


def shown_in(run: str) -> Shown:
    """Return what a run's pages show, the same for every learner; ``MICROCRED_INTEREST_TTL_SECONDS`` old at most."""
    moment = time.monotonic()
    kept = _recent.get(run)
    if kept is not None and kept[0] > moment:
        return kept[1]
    found = in_run(run)
    shown = Shown(found, neighbours(found) if found else [])
    if len(_recent) > _KEPT_RUNS:
        _recent.clear()
    _recent[run] = (moment + settings.MICROCRED_INTEREST_TTL_SECONDS, shown)
    return shown


def forget() -> None:
    """Forget what is shown (this process published or offered something, or a test began)."""
    _recent.clear()


class Neighbour(NamedTuple):
    """A microcredential above or below another in a stack; in no run, so its references are as they were written."""

    microcredential_id: int
    uuid: UUID
    slug: str
    version_id: int
    definition: Definition

    @property
    def builds_on(self) -> set[str]:
        """The uuids it asks for."""
        return {need.ref for need in needs(self.definition) if need.kind == "award"}


def neighbours(found: Collection[Offered]) -> list[Neighbour]:
    """Return the microcredentials these count towards or are built on, by title, in one query."""
    below = {need.ref for item in found for need in item.plan.needs if need.kind == "award"}
    above = [f"award:{item.plan.uuid}" for item in found]
    listening = Interest.objects.filter(context=Interest.AWARDS, evidence_key__in=above).values("version_id")
    stacked = Q(uuid__in=below) | Q(current_version__in=listening)
    rows = Microcredential.objects.filter(stacked, current_version__isnull=False).order_by("title", "pk")
    listed = list(rows.values_list("pk", "uuid", "slug", "current_version_id"))
    definitions = unbound(row[3] for row in listed)
    return [Neighbour(*row, definitions[row[3]]) for row in listed]
