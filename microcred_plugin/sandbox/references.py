"""Finds what a person names on the command line: a course, a block of it, a user."""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from microcred_plugin.errors import BadInput, NotFound
from microcred_plugin.sandbox import content
from microcred_plugin.sandbox.content import Node
from microcred_plugin.sandbox.models import SandboxCourse


def course(course_key: str) -> Node:
    """Give a course's tree; NotFound names the courses there are."""
    root = content.load(course_key, text=True)
    if root is None or root.row.course.key != course_key:
        there = ", ".join(SandboxCourse.objects.values_list("key", flat=True)) or "none yet"
        raise NotFound(
            f"There is no course {course_key} here; imported are: {there}. "
            "Import it with 'manage.py sandbox import PATH'."
        )
    return root


def block(root: Node, reference: str) -> Node:
    """Give the block that ``type@id``, or a whole key, names in a course."""
    for node in root.walk():
        if reference in (node.key, short(node)):
            return node
    alike = [short(node) for node in root.walk() if short(node).rpartition("@")[2] == reference.rpartition("@")[2]]
    hint = f" Did you mean {alike[0]}?" if alike else " Write it as type@id, for example vertical@a1b2c3, or as a key."
    raise NotFound(f"The course {root.row.course.key} has no block {reference}.{hint}")


def short(node: Node) -> str:
    """Write ``type@id``."""
    return f"{node.type}@{node.key.rpartition('+block@')[2]}"


def user(name: str) -> User:
    """Give the user of that name, made now if new; BadInput for a name that cannot be one."""
    field = User._meta.get_field("username")
    found = User.objects.filter(username=name).first()
    if found is None:
        try:
            field.run_validators(name)
        except ValidationError as error:
            raise BadInput(f"{name!r} cannot be a user name.") from error
        found = User.objects.create_user(name)
    return found
