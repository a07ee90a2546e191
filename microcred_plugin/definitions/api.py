"""Reading and writing definitions; used by the layers above, which never touch the models' managers."""

from collections.abc import Iterable
from uuid import UUID

from microcred_plugin.criteria.keys import master_of
from microcred_plugin.data import MicrocredentialData, MicrocredentialState
from microcred_plugin.definitions.models import Microcredential, Offering
from microcred_plugin.errors import Ambiguous, NotFound


def find(name: str) -> Microcredential:
    """Find a microcredential by ``slug`` or ``issuer/slug``; NotFound or Ambiguous say what to write instead."""
    issuer, _, slug = name.rpartition("/")
    rows = Microcredential.objects.select_related("issuer", "current_version").filter(slug=slug)
    # Compared again in Python: some databases hold "A" and "a" equal.
    found = [row for row in rows if row.slug == slug and issuer in ("", row.issuer.short_name)]
    if not found:
        raise NotFound(f"There is no microcredential {name!r}. 'microcred list' names them all.")
    if len(found) > 1:
        names = ", ".join(sorted(str(row) for row in found))
        raise Ambiguous(f"More than one microcredential has the slug {slug!r}. Write one of: {names}.")
    return found[0]


def find_in(uuid: UUID, run: str) -> Microcredential:
    """Find a microcredential that is offered in a run, active or not; NotFound."""
    rows = Microcredential.objects.select_related("issuer", "current_version").filter(uuid=uuid, offerings__run=run)
    if (found := rows.first()) is None:
        raise NotFound(f"Nothing with the uuid {uuid} is offered in {run}.")
    return found


def titles(uuids: Iterable[str]) -> dict[str, str]:
    """Name microcredentials by uuid, without those that do not exist."""
    rows = Microcredential.objects.filter(uuid__in=list(uuids)).values_list("uuid", "title")
    return {str(uuid): title for uuid, title in rows}


def all_rows(run: str | None = None) -> list[Microcredential]:
    """List microcredentials by title, all or those offered in ``run``."""
    rows = Microcredential.objects.select_related("issuer", "current_version")
    rows = rows.prefetch_related("offerings", "draft__modified_by")
    if run is not None:
        rows = rows.filter(offerings__run=run)
    return list(rows.order_by("title", "pk"))


def add_offering(microcredential: Microcredential, run: str, *, active: bool = True) -> Offering:
    """Offer the microcredential in a run; twice is once, and an offering that exists keeps its state."""
    return Offering.objects.get_or_create(microcredential=microcredential, run=run, defaults={"active": active})[0]


def end_offering(microcredential: Microcredential, run: str) -> None:
    """Make an offering inactive; NotFound when there is none in this run."""
    if not microcredential.offerings.filter(run=run).update(active=False):
        raise NotFound(f"{microcredential} is not offered in {run}.")


def active_runs(microcredential: Microcredential) -> list[str]:
    """Name the runs in which it can be earned."""
    return list(microcredential.offerings.filter(active=True).order_by("run").values_list("run", flat=True))


def ccx_runs_of(course: str) -> list[str]:
    """Name the CCX runs of a course in which something is offered."""
    prefix = f"{course.replace('course-v1:', 'ccx-v1:', 1)}+ccx@"
    runs = Offering.objects.filter(run__startswith=prefix).order_by("run").values_list("run", flat=True)
    return [run for run in dict.fromkeys(runs) if master_of(run) == course]


def to_data(row: Microcredential) -> MicrocredentialData:
    """Turn a row into what the public API returns."""
    version = row.current_version
    draft = getattr(row, "draft", None)
    offerings = row.offerings.all()
    return MicrocredentialData(
        uuid=row.uuid,
        slug=row.slug,
        title=row.title,
        issuer=row.issuer.short_name,
        state=MicrocredentialState(row.state),
        version=version.num if version else None,
        has_newer_draft=bool(draft and (version is None or draft.document != version.document)),
        runs=tuple(sorted(offering.run for offering in offerings if offering.active)),
        inactive_runs=tuple(sorted(offering.run for offering in offerings if not offering.active)),
    )
