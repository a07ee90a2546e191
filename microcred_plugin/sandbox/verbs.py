"""The verbs of ``manage.py sandbox``: what each takes and does; each returns what is printed."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group, User

from microcred_plugin.errors import BadInput, NotFound
from microcred_plugin.sandbox import content, importing, learning, references, switches
from microcred_plugin.sandbox.content import Node
from microcred_plugin.sandbox.platform import SandboxPlatform
from microcred_plugin.structure.flatten import flatten
from microcred_plugin.structure.leaves import leaf_keys

Options = Mapping[str, Any]
Argument = tuple[tuple[str, ...], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of the command: its name, help, arguments (as argparse takes them) and function."""

    name: str
    help: str
    arguments: tuple[Argument, ...]
    run: Callable[[Options], dict[str, Any]]


def import_(options: Options) -> dict[str, Any]:
    """Import a course export and say what it holds."""
    imported = importing.import_course(Path(options["path"]))
    result = asdict(imported)
    return {**result, "leaves": _count_leaves(imported.key), "warnings": list(imported.warnings)}


def _count_leaves(course_key: str) -> int:
    root = references.course(course_key)
    leaves = flatten(content.course_block(root), course_key).items[root.key].leaves
    return len(list(leaf_keys(leaves))) if leaves is not None else 0


def enrol(options: Options) -> dict[str, Any]:
    """Enrol a user in a course."""
    root = references.course(options["course"])
    user = references.user(options["user"])
    key = root.row.course.key
    learning.enrol(user, key, options["mode"], _groups(options["group"]))
    return {"user": user.username, "user_id": user.pk, "course": key, "mode": options["mode"]}


def _groups(pairs: list[str]) -> dict[str, int] | None:
    """Read ``PARTITION:GROUP`` pairs; None without any, which leaves the groups as they are."""
    try:
        return {partition: int(group) for partition, group in (pair.split(":") for pair in pairs)} or None
    except ValueError as error:
        raise BadInput(f"--group takes PARTITION:GROUP, two numbers of user_partitions; not {pairs}.") from error


def complete(options: Options) -> dict[str, Any]:
    """Complete blocks, units, or all of a course."""
    root = references.course(options["course"])
    nodes = [references.block(root, reference) for reference in [*options["block"], *options["unit"]]]
    if options["all"]:
        nodes = [root]
    if not nodes:
        raise BadInput("Say what to complete: --block REF, --unit REF or --all.")
    user = references.user(options["user"])
    switches.track_completion()
    keys = dict.fromkeys(leaf.key for node in nodes for leaf in _completable(node))
    return {
        "user": user.username,
        "course": root.row.course.key,
        "blocks": len(keys),
        "new": learning.complete(user, list(keys)),
    }


def _completable(node: Node) -> list[Node]:
    found = learning.completable(node)
    if not found:
        raise BadInput(f"There is nothing to complete in {references.short(node)} ({node.title}).")
    return found


def grade(options: Options) -> dict[str, Any]:
    """Score a problem for a learner; like on the platform, this completes it."""
    root = references.course(options["course"])
    node = references.block(root, options["block"])
    earned, possible = _points(options["earned"], "EARNED"), _points(options["possible"], "POSSIBLE")
    if node.max_score is None:
        raise BadInput(f"{references.short(node)} ({node.title}) is not scored; name a problem.")
    if not 0 <= earned <= possible or possible == 0:
        raise BadInput(f"A score is 0 or more, of more than 0, and no more than that; not {earned} of {possible}.")
    user = references.user(options["user"])
    switches.track_completion()
    key = root.row.course.key
    learning.score(user, key, node.key, earned, possible)
    return {"user": user.username, "block": node.key, **_grades(user, root, node)}


def _points(text: str, name: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise BadInput(f"{name} is a number of points such as 1 or 0.5, not {text!r}.") from error
    if not value.is_finite() or abs(value) >= 10**8:
        raise BadInput(f"{name} is a number of points such as 1 or 0.5, not {text!r}.")
    return value


def _grades(user: User, root: Node, node: Node) -> dict[str, Any]:
    platform, key = SandboxPlatform(), root.row.course.key
    course = platform.course_grades([user.pk], [key]).get((user.pk, key))
    subsection = node.above("sequential")
    part = subsection and platform.subsection_grades([user.pk], [subsection.key]).get((user.pk, subsection.key))
    return {
        "subsection_grade": str(part.fraction) if part else None,
        "course_grade": str(course.fraction) if course else None,
        "passed": bool(course and course.passed),
    }


def reset(options: Options) -> dict[str, Any]:
    """Forget what a learner did in a course."""
    root = references.course(options["course"])
    user = references.user(options["user"])
    key = root.row.course.key
    return {"user": user.username, "course": key, "removed": learning.reset(user, key)}


def retire(options: Options) -> dict[str, Any]:
    """Retire the account of somebody who is there."""
    account = User.objects.filter(username=options["user"]).first()
    if account is None:
        raise NotFound(f"There is no user {options['user']!r} to retire.")
    return {"user_id": account.pk, "name_now": learning.retire(account)}


def user(options: Options) -> dict[str, Any]:
    """Make a user, or change the roles and password of one."""
    account = references.user(options["user"])
    account.is_staff = account.is_superuser = options["staff"]
    if options["password"]:
        account.set_password(options["password"])
    account.save()
    authors, _ = Group.objects.get_or_create(name="author")
    (authors.user_set.add if options["author"] else authors.user_set.remove)(account)
    role = "operator" if options["staff"] else "author" if options["author"] else "learner"
    return {"user": account.username, "user_id": account.pk, "role": role}


def demo(options: Options) -> dict[str, Any]:
    """Set up the whole demo."""
    from microcred_plugin.sandbox.demo import set_up

    return set_up(Path(options["course"]) if options["course"] else None, options["address"])


_USER: Argument = (("user",), {"metavar": "USER", "help": "user name; made when new"})
_COURSE: Argument = (("course",), {"metavar": "KEY", "help": "course run, course-v1:ORG+COURSE+RUN"})


def _many(flag: str, text: str) -> Argument:
    return (flag,), {"action": "append", "default": [], "metavar": "REF", "help": text}


VERBS = (
    Verb(
        "import",
        "Import (or import again, as a new publish) an OLX export.",
        ((("path",), {"metavar": "PATH", "help": "a folder or a .tar.gz"}),),
        import_,
    ),
    Verb(
        "enrol",
        "Enrol a user in a course.",
        (
            _USER,
            _COURSE,
            (("--mode",), {"default": "audit", "help": "audit (default), verified, honor …"}),
            (
                ("--group",),
                {"action": "append", "default": [], "metavar": "PARTITION:GROUP", "help": "a content group"},
            ),
        ),
        enrol,
    ),
    Verb(
        "complete",
        "Complete blocks of a course for a user.",
        (
            _USER,
            _COURSE,
            _many("--block", "a block, type@id or key; may be repeated"),
            _many("--unit", "all in a unit (or subsection, or section); may be repeated"),
            (("--all",), {"action": "store_true", "help": "the whole course"}),
        ),
        complete,
    ),
    Verb(
        "grade",
        "Score a problem for a user, which also completes it.",
        (
            _USER,
            _COURSE,
            (("block",), {"metavar": "REF", "help": "the problem, type@id or key"}),
            (("earned",), {"metavar": "EARNED"}),
            (("possible",), {"metavar": "POSSIBLE"}),
        ),
        grade,
    ),
    Verb("reset", "Forget what a user did in a course.", (_USER, _COURSE), reset),
    Verb(
        "retire",
        "Retire an account as the platform does: the plugin forgets the learner, then the name goes.",
        ((("user",), {"metavar": "USER", "help": "user name"}),),
        retire,
    ),
    Verb(
        "user",
        "Make a user, or change the role and password of one.",
        (
            _USER,
            (("--staff",), {"action": "store_true", "help": "may do everything, admin included"}),
            (("--author",), {"action": "store_true", "help": "may author every course"}),
            (("--password",), {"default": "", "help": "for the admin's login form"}),
        ),
        user,
    ),
    Verb(
        "demo",
        "Set up users, a course, microcredentials and an enrolment, and print the addresses; repeat at will.",
        (
            (("--course",), {"default": "", "metavar": "PATH", "help": "an OLX export instead of the sample course"}),
            (("--address",), {"default": "http://127.0.0.1:8000", "help": "where the site will be served"}),
        ),
        demo,
    ),
)
