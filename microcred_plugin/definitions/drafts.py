"""Drafts: the one editable definition of a microcredential, saved under an optimistic lock.

A draft may be unfinished: whoever writes one needs to leave it for today with a milestone that still asks for nothing.
What cannot be parsed is stored as it is, and publishing it is refused.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.timezone import now

from microcred_plugin.criteria.document import FORMAT, Definition
from microcred_plugin.criteria.parse import dump, parse
from microcred_plugin.definitions.models import Draft, Issuer, Microcredential
from microcred_plugin.errors import Conflict, InvalidDefinition, Problem, StaleDraft

_SLUG_LENGTH = 80  # leaves room for the number that makes it unique
_TITLE_LENGTH = 255


@transaction.atomic
def save(definition: Definition, *, by: int | None, lock: int | None) -> Draft:
    """Save a whole definition, making issuer and microcredential when they are new.

    ``lock`` is the number of the draft that was read; None overwrites whatever is there (a file was loaded).
    StaleDraft when somebody saved meanwhile.
    """
    row, _ = Microcredential.objects.get_or_create(
        issuer=issuer_named(definition.issuer), slug=definition.slug, defaults={"title": definition.title}
    )
    return _write(row, dump(definition), by=by, lock=lock)


def save_unfinished(row: Microcredential, document: Mapping[str, Any], *, by: int | None, lock: int | None) -> Draft:
    """Save what an author has written so far of a microcredential, which it stays: slug and issuer cannot change.

    ``lock`` as for ``save``; 0 stands for no draft yet. InvalidDefinition when the document is of something else.
    """
    same = {"format": FORMAT, "slug": row.slug, "issuer": row.issuer.short_name}
    problems = [
        Problem(name, f'must be "{value}": it is what this microcredential is known by.')
        for name, value in same.items()
        if document.get(name) != value
    ]
    if problems:
        raise InvalidDefinition(problems)
    return _write(row, normal(document), by=by, lock=lock)


def normal(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with every default written out; one that cannot be parsed comes back as it is."""
    try:
        return dump(parse(document))
    except InvalidDefinition:
        return dict(document)


@transaction.atomic
def _write(row: Microcredential, document: dict[str, Any], *, by: int | None, lock: int | None) -> Draft:
    values: dict[str, Any] = {"document": document, "modified": now(), "modified_by_id": by}
    draft = Draft.objects.select_for_update().filter(microcredential=row).first()
    if lock is not None and lock != (draft.lock if draft else 0):
        raise StaleDraft
    if draft is None:
        draft = _first(row, values)
    else:
        for name, value in {**values, "lock": draft.lock + 1}.items():
            setattr(draft, name, value)
        draft.save()
    if row.current_version_id is None:  # until then, the draft is what it is called by
        _rename(row, document.get("title"))
    return draft


def _first(row: Microcredential, values: Mapping[str, Any]) -> Draft:
    try:
        with transaction.atomic():
            return Draft.objects.create(microcredential=row, **values)
    except IntegrityError as error:
        raise StaleDraft from error


def _rename(row: Microcredential, title: object) -> None:
    if isinstance(title, str) and title.strip() and len(title) <= _TITLE_LENGTH and title != row.title:
        row.title = title.strip()
        row.save(update_fields=["title"])


@transaction.atomic
def create(issuer: str, document: Mapping[str, Any], *, by: int | None) -> Draft:
    """Make a microcredential of an issuer with this draft, which is given a slug made of its title.

    ``document`` may be unfinished; its own slug and issuer, if any, do not count.
    """
    title = str(document["title"])
    for slug in slugs(title):
        try:
            with transaction.atomic():
                row = Microcredential.objects.create(
                    issuer=issuer_named(issuer), slug=slug, title=title[:_TITLE_LENGTH]
                )
            break
        except IntegrityError:  # that slug is taken
            continue
    identity = {"format": FORMAT, "slug": row.slug, "title": title, "issuer": issuer}
    return save_unfinished(row, {**document, **identity}, by=by, lock=0)


def slugs(title: str) -> Iterator[str]:
    """Yield slugs for a title, the plain one first: "prove-it", "prove-it-2" …; a general one without Latin letters."""
    plain = re.sub("[^a-z0-9]+", "-", slugify(title)[:_SLUG_LENGTH]).strip("-") or "microcredential"
    yield plain
    for number in count(2):
        yield f"{plain}-{number}"


def issuer_named(short_name: str) -> Issuer:
    """Return the issuer of that name, made when it is new."""
    return Issuer.objects.get_or_create(short_name=short_name, defaults={"name": short_name})[0]


def of(row: Microcredential) -> Draft:
    """Return the draft; Conflict when there is none to publish."""
    draft = Draft.objects.select_related("modified_by").filter(microcredential=row).first()
    if draft is None:
        raise Conflict(f"{row} has no draft. Load a definition first.")
    return draft


@transaction.atomic
def discard(row: Microcredential, *, lock: int) -> None:
    """Go back to what is published; what never was is deleted altogether. StaleDraft as for ``save``."""
    draft = Draft.objects.select_for_update().filter(microcredential=row).first()
    if lock != (draft.lock if draft else 0):
        raise StaleDraft
    if row.current_version is None:
        row.delete()
    elif draft is not None:
        draft.document, draft.lock, draft.modified = row.current_version.document, draft.lock + 1, now()
        draft.save()
