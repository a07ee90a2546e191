"""Imports an export: the course's rows replaced at once, its static files beside them, and a publish announced."""

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from microcred_plugin.errors import BadInput
from microcred_plugin.sandbox import signals, site, switches
from microcred_plugin.sandbox.models import SandboxBlock, SandboxCourse
from microcred_plugin.sandbox.olx import archive, values
from microcred_plugin.sandbox.olx.reader import OlxBlock, OlxCourse, read_course
from microcred_plugin.sandbox.olx.scoring import max_score

_MAX_KEY = 255


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: counts of blocks by kind, and the reader's warnings."""

    key: str
    title: str
    sections: int
    subsections: int
    units: int
    blocks: int
    warnings: tuple[str, ...]


def import_course(path: Path) -> Imported:
    """Import the export at ``path`` (a folder or a tar archive) and publish it; BadInput when it is none.

    Importing again replaces the course's content and keeps what learners have done.
    """
    with archive.opened(path) as root:
        course = read_course(root)
        rows = list(_rows(course.root, course.key))
        with transaction.atomic():
            _store(course, rows)
            switches.track_completion()
            _copy_static(root, course.key)
            signals.course_published.send(sender=SandboxCourse, course_key=course.key)
    kinds = Counter(row.type for row in rows)
    return Imported(
        key=course.key,
        title=course.root.title,
        sections=kinds["chapter"],
        subsections=kinds["sequential"],
        units=kinds["vertical"],
        blocks=len(rows),
        warnings=course.warnings,
    )


def usage_key(course_key: str, kind: str, name: str) -> str:
    """Name a block of a course: ``block-v1:…+type@kind+block@name``."""
    return f"{course_key.replace('course-v1:', 'block-v1:', 1)}+type@{kind}+block@{name}"


def assets(course_key: str) -> Path:
    """Give the folder of a course's static files."""
    return site.directory() / "assets" / hashlib.sha256(course_key.encode()).hexdigest()[:20]


def _store(course: OlxCourse, rows: list[SandboxBlock]) -> None:
    fields = course.root.fields
    described = {
        "title": course.root.title,
        "org": course.org,
        "language": values.text(fields.get("language"))[:16],
        "start": values.moment(fields.get("start")),
        "end": values.moment(fields.get("end")),
        "policy": dict(course.grading),
        "warnings": list(course.warnings),
        "imported": timezone.now(),
    }
    row, created = SandboxCourse.objects.select_for_update().get_or_create(key=course.key, defaults=described)
    if not created:
        SandboxCourse.objects.filter(pk=row.pk).update(version=row.version + 1, **described)
        row.blocks.all().delete()
    for block in rows:
        block.course_id = row.pk
    SandboxBlock.objects.bulk_create(rows, batch_size=200)


def _rows(root: OlxBlock, course_key: str) -> Iterator[SandboxBlock]:
    """Give a row for each block in reading order, with the fields in the types that the sandbox works with."""
    stack = [(root, "")]
    position = 0
    while stack:
        block, parent = stack.pop()
        # The platform names the topmost block of every course alike.
        key = usage_key(course_key, block.type, "course" if block is root else block.name)
        if len(key) > _MAX_KEY:
            raise BadInput(f"The key {key} is longer than {_MAX_KEY} characters; give the block a shorter url_name.")
        yield SandboxBlock(
            key=key,
            type=block.type,
            title=block.title[:255],
            parent_key=parent,
            position=position,
            fields=_fields(block),
            text=block.text,
        )
        position += 1
        stack += [(child, key) for child in reversed(block.children)]


def _fields(block: OlxBlock) -> dict[str, Any]:
    """Keep the author's attributes under ``olx``, and beside them what the sandbox understands of them."""
    olx = {key: value for key, value in block.fields.items() if not isinstance(value, str) or len(value) < 20_000}
    due = values.moment(olx.get("due"))
    understood = {
        "staff_only": values.is_true(olx.get("visible_to_staff_only")),
        "optional": values.is_true(olx.get("optional_completion")),
        "graded": values.is_true(olx.get("graded")),
        "format": values.text(olx.get("format")),
        "due": due.isoformat() if due else "",
        "group_access": values.group_access(olx.get("group_access")),
        "max_count": values.integer(olx.get("max_count")),
        "max_score": max_score(block),
    }
    return {"olx": olx, **{key: value for key, value in understood.items() if value not in ("", False, None, {})}}


def _copy_static(root: Path, course_key: str) -> None:
    """Replace the course's static files, when the export brings any; links are left out."""
    source, target = root / "static", assets(course_key)
    if not source.is_dir() or source.is_symlink():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=target.parent))
    for file in source.rglob("*"):
        if file.is_file() and not file.is_symlink() and file.resolve().is_relative_to(source.resolve()):
            copy = draft / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
    shutil.rmtree(target, ignore_errors=True)
    draft.replace(target)
