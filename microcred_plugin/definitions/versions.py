"""Published versions: written once, proven by digest, parsed and bound once per process."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max

from microcred_plugin.criteria.binding import bind
from microcred_plugin.criteria.digest import digest
from microcred_plugin.criteria.document import Definition
from microcred_plugin.criteria.dump import dump
from microcred_plugin.criteria.needs import needs
from microcred_plugin.criteria.parse import parse
from microcred_plugin.criteria.verdict import Need
from microcred_plugin.definitions.models import Microcredential, Version
from microcred_plugin.errors import Immutable, MicrocredError

_CACHED = 2000


class Plan(NamedTuple):
    """A published version bound to a run: everything needed to judge a learner, and nothing that can change."""

    version_id: int
    num: int
    run: str  #: '' for a pure stack
    microcredential_id: int
    uuid: UUID
    definition: Definition  #: bound: every reference is absolute
    needs: frozenset[Need]

    @property
    def key(self) -> tuple[int, str]:
        """What tells plans apart; hashing the definition would take far longer than this."""
        return self.version_id, self.run


class _Published(NamedTuple):
    num: int
    microcredential_id: int
    uuid: UUID
    definition: Definition


_published: dict[int, _Published] = {}


def add_version(microcredential: Microcredential, definition: Definition, *, by: int | None, note: str) -> Version:
    """Write the next version, or return the current one when the document is the same."""
    document = dump(definition)
    fingerprint = digest(document)
    current = microcredential.current_version
    if current is not None and current.digest == fingerprint:
        return current
    last = Version.objects.filter(microcredential=microcredential).aggregate(last=Max("num"))["last"] or 0
    return Version.objects.create(
        microcredential=microcredential,
        num=last + 1,
        document=document,
        digest=fingerprint,
        note=note,
        created_by_id=by,
    )


def plans(wanted: Iterable[tuple[int, str]]) -> list[Plan]:
    """Return the plans of (version id, run) pairs; one query for all versions this process has not read yet."""
    pairs = sorted(set(wanted))
    _load({version_id for version_id, _ in pairs} - _published.keys())
    return [_plan(version_id, run) for version_id, run in pairs]


def _load(version_ids: set[int]) -> None:
    if not version_ids:
        return
    if len(_published) > _CACHED:
        _published.clear()
        _plan.cache_clear()
    rows = Version.objects.filter(pk__in=version_ids).values_list(
        "pk", "num", "microcredential_id", "microcredential__uuid", "document", "digest"
    )
    for pk, num, microcredential_id, uuid, document, fingerprint in rows:
        _published[pk] = _Published(num, microcredential_id, uuid, _proven(document, fingerprint, uuid, num))


def _proven(document: Mapping[str, object], fingerprint: str, uuid: UUID, num: int) -> Definition:
    if digest(document) != fingerprint:
        raise Immutable(f"Version {num} of microcredential {uuid} was changed after it was published; it is not used.")
    return parse(document)


@lru_cache(maxsize=_CACHED)
def _plan(version_id: int, run: str) -> Plan:
    found = _published.get(version_id)
    if found is None:
        raise MicrocredError(f"Version {version_id} does not exist.")
    bound = bind(found.definition, run or None)
    return Plan(version_id, found.num, run, found.microcredential_id, found.uuid, bound, needs(bound))


def unbound(version_ids: Iterable[int]) -> dict[int, Definition]:
    """Return published definitions as they were written, without a run."""
    wanted = set(version_ids)
    _load(wanted - _published.keys())
    return {version_id: _published[version_id].definition for version_id in wanted}


def forget() -> None:
    """Forget what this process has read (tests, which reuse ids)."""
    _published.clear()
    _plan.cache_clear()


def altered() -> list[Version]:
    """List the versions whose document no longer has the digest it was published with."""
    rows = Version.objects.select_related("microcredential__issuer").iterator(chunk_size=200)
    return [row for row in rows if digest(row.document) != row.digest]
