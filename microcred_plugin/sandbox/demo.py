"""Sets up the whole demo, as often as one likes: people, a course, microcredentials, an enrolment."""

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group, User
from django.urls import reverse

from microcred_plugin import api
from microcred_plugin.errors import BadInput
from microcred_plugin.sandbox import importing, learning, references
from microcred_plugin.sandbox.content import Node
from microcred_plugin.sandbox.site import directory

_MILESTONES = 3


def set_up(export: Path | None, address: str) -> dict[str, Any]:
    """Import the sample course (or ``export``), publish its microcredentials and enrol the learner.

    Returns who can sign in, and where to look. Doing it again brings everything up to date and undoes nothing.
    """
    learner, author = _user("learner"), _user("author", group="author")
    _user("operator", operator=True)
    if export is None:
        with resources.as_file(resources.files("microcred_plugin.sandbox") / "sample" / "course") as sample:
            imported = importing.import_course(sample)
        documents = _sample_documents()
    else:
        imported = importing.import_course(export)
        documents = iter([generated(references.course(imported.key))])
    if not learning.is_enrolled(learner.pk, imported.key):
        learning.enrol(learner, imported.key)
    published = _publish(documents, imported.key, author.pk)
    course_url = address.rstrip("/") + reverse("sandbox:course", args=[imported.key])
    return {
        "run": imported.key,
        "course": f"{imported.title}: {imported.units} units, {imported.blocks} blocks",
        "microcredentials": published,
        "sign_in_as": ["learner", "author", "operator"],
        "start": f"{address.rstrip('/')}/",
        "learner": course_url,
        "studio": f"{course_url}studio/",
        "admin": f"{address.rstrip('/')}/admin/",
        "mails": f"in {directory() / 'mail'}, and what is tracked in {directory() / 'tracking.log'}",
        "warnings": list(imported.warnings),
    }


def _user(name: str, *, group: str = "", operator: bool = False) -> User:
    """Make one of the three people; the password is the name, for the admin's own login form."""
    user, created = User.objects.get_or_create(username=name, defaults={"first_name": name.title()})
    if created:
        user.set_password(name)
    user.is_staff = user.is_superuser = operator
    user.email = user.email or f"{name}@example.org"
    user.save()
    if group:
        Group.objects.get_or_create(name=group)[0].user_set.add(user)
    return user


def _sample_documents() -> Iterator[dict[str, Any]]:
    folder = resources.files("microcred_plugin.sandbox") / "sample" / "definitions"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        yield api.read_document(file.read_text("utf-8"))


def _publish(documents: Iterator[dict[str, Any]], run: str, author_id: int) -> list[str]:
    published = []
    for document in documents:
        # A stack asks for nothing in a course, so no course offers it.
        is_stack = "block" not in json.dumps(document["milestones"])
        draft = api.save_draft(document, by=author_id, run=None if is_stack else run)
        api.publish(f"{draft.issuer}/{draft.slug}", by=author_id, note="Set up by the demo")
        published.append(draft.slug)
    return published


def generated(root: Node) -> dict[str, Any]:
    """Write a definition for a course that brings none: its first sections become milestones with badges."""
    sections = [node for node in root.children if node.type == "chapter" and learning.completable(node)][:_MILESTONES]
    if not sections:
        raise BadInput(f"The course {root.row.course.key} has nothing to complete, so there is nothing to earn in it.")
    course = root.row.course
    return {
        "format": "microcredential/1",
        "slug": "sandbox-" + "".join(letter if letter.isalnum() else "-" for letter in _run_name(course.key)).lower(),
        "title": course.title,
        "description": f"The first {len(sections)} sections of {course.title}.",
        "issuer": course.org,
        "language": course.language or "en",
        "image": {"design": {"shape": "hexagon", "colour": "#0b5cad", "icon": "book"}},
        "award_when": "all",
        "milestones": [
            {
                "key": f"section-{number}",
                "title": section.title,
                "badge": True,
                "require": {"completion": {"block": references.short(section), "percent": 100}},
            }
            for number, section in enumerate(sections, start=1)
        ],
    }


def _run_name(course_key: str) -> str:
    return course_key.removeprefix("course-v1:").partition("+")[2]
