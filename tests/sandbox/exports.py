"""Course exports for tests, written file by file."""

import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

KEY = "course-v1:Org+Tiny+R1"

FILES: Mapping[str, str] = {
    "course.xml": '<course org="Org" course="Tiny" url_name="R1"/>',
    "course/R1.xml": '<course display_name="Tiny" language="en"><chapter url_name="c1"/><wiki slug="w"/></course>',
    "chapter/c1.xml": '<chapter display_name="First"><sequential url_name="s1"/></chapter>',
    "sequential/s1.xml": (
        '<sequential display_name="Steps" graded="true" format="Quiz" due="2030-05-01T10:00:00Z">'
        '<vertical url_name="u1"/><vertical url_name="u2"/></sequential>'
    ),
    "vertical/u1.xml": '<vertical display_name="Read"><html url_name="h1"/><video url_name="v1"/></vertical>',
    "vertical/u2.xml": (
        '<vertical display_name="Do"><problem url_name="p1"/><discussion url_name="d1" display_name="Talk"/></vertical>'
    ),
    "html/h1.xml": '<html filename="h1" display_name="Words"/>',
    "html/h1.html": '<p>Read <img src="/static/cat.png" alt="A cat"/></p>',
    "video/v1.xml": '<video display_name="Film" youtube_id_1_0="abc"><transcript>Hi.</transcript></video>',
    "problem/p1.xml": (
        '<problem display_name="Sum"><numericalresponse answer="4"><label>2 + 2?</label>'
        "<formulaequationinput/></numericalresponse></problem>"
    ),
    "static/cat.png": "not really a cat",
}


def folder(path: Path, changes: Mapping[str, str | None] | None = None, files: Mapping[str, str] = FILES) -> Path:
    """Write an export into a folder, with files changed, added or (None) left out."""
    for name, text in {**files, **(changes or {})}.items():
        if text is not None:
            target = path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
    return path


def archive(path: Path, outer: str = "course", changes: Mapping[str, str | None] | None = None) -> Path:
    """Write an export as a tar.gz whose outer folder has any name."""
    source = folder(path.with_suffix("") / "source", changes)
    with tarfile.open(path, "w:gz") as tar:
        tar.add(source, arcname=outer)
    return path


def hostile(path: Path, member: tarfile.TarInfo, content: bytes = b"") -> Path:
    """Write an archive of a whole course with one member more."""
    source = folder(path.with_suffix("") / "source")
    with tarfile.open(path, "w:gz") as tar:
        tar.add(source, arcname="course")
        tar.addfile(member, io.BytesIO(content))
    return path


def policy(**fields: Any) -> str:
    """Write a policy.json for the course."""
    return json.dumps({"course/R1": fields})
