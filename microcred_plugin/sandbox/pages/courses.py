"""The list of courses, a course's outline, and its files."""

import mimetypes
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from microcred_plugin.errors import BadInput
from microcred_plugin.sandbox import importing, learning
from microcred_plugin.sandbox.cards import OURS, Deck
from microcred_plugin.sandbox.content import Node
from microcred_plugin.sandbox.models import Enrolment, SandboxCourse
from microcred_plugin.sandbox.olx.archive import inside
from microcred_plugin.sandbox.pages.access import Access, access, course_or_404, signed_in
from microcred_plugin.sandbox.pages.page import page
from microcred_plugin.sandbox.runtime import GUEST, SandboxRuntime
from microcred_plugin.sandbox.visibility import Viewer


@dataclass(frozen=True, slots=True)
class Line:
    """A block in the outline with how much of it is complete."""

    node: Node
    have: int
    of: int
    lines: tuple["Line", ...] = ()

    @property
    def done(self) -> bool:
        """Whether all of it is complete."""
        return 0 < self.of == self.have


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """List the courses, the learner's own first."""
    mine = set(Enrolment.objects.filter(user=signed_in(request), active=True).values_list("course_key", flat=True))
    courses = sorted(SandboxCourse.objects.all(), key=lambda course: course.key not in mine)
    return page(request, "home", {"courses": [(course, course.key in mine) for course in courses]})


@require_GET
@login_required
def course(request: HttpRequest, course_key: str) -> HttpResponse:
    """Show the outline with what is complete; to those not enrolled, what can be earned."""
    root = course_or_404(course_key)
    allowed = access(request, course_key)
    user = signed_in(request)
    viewer = Viewer(user.pk, root, is_staff=allowed.staff or allowed.author)
    done = learning.completed(user.pk, course_key)
    runtime = SandboxRuntime(user, {root.key: root.row})
    deck = Deck(viewer, runtime, done, {})
    shown = guest_key(root) if shows_guest(root) else ""
    context = {
        "course": root.row.course,
        "access": allowed,
        "lines": [_line(section, viewer, done) for section in viewer.children(root)],
        "ours": _ours(deck, shown, allowed) if shown else "",
        "resume": _resume(root, viewer, done) if allowed.learn else None,
    }
    return page(request, "course", context, deck.fragment)


def _ours(deck: Deck, usage_key: str, allowed: Access) -> str:
    return deck.render(usage_key, "student_view" if allowed.learn else "public_view")


def _line(node: Node, viewer: Viewer, done: frozenset[str]) -> Line:
    leaves = leaves_shown(node, viewer)
    inner = node.children if node.type in ("chapter", "sequential") else []
    lines = tuple(_line(child, viewer, done) for child in inner if viewer.sees(child))
    return Line(node, sum(leaf.key in done for leaf in leaves), len(leaves), lines)


def leaves_shown(node: Node, viewer: Viewer) -> list[Node]:
    """Give the blocks to complete at and below a node, of those that the viewer is shown."""
    if not viewer.sees(node):
        return []
    if not node.children:
        return learning.completable(node)
    return [leaf for child in viewer.children(node) for leaf in leaves_shown(child, viewer)]


def _resume(root: Node, viewer: Viewer, done: frozenset[str]) -> Node | None:
    """Give the first unit with something left to do."""
    for node in units(root, viewer):
        if any(leaf.key not in done for leaf in leaves_shown(node, viewer)):
            return node
    return None


def units(root: Node, viewer: Viewer) -> list[Node]:
    """Give the units that the viewer reaches, in reading order."""
    return [node for node in root.walk() if node.type == "vertical" and _is_unit(node) and viewer.reaches(node)]


def _is_unit(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "sequential"


def shows_guest(root: Node) -> bool:
    """Say whether a course has no block of ours, so that the sandbox shows one."""
    return not any(node.type == OURS for node in root.walk())


def guest_key(root: Node) -> str:
    """Name the block that the sandbox shows where a course has none."""
    return importing.usage_key(root.row.course.key, OURS, GUEST)


@require_POST
@login_required
def enrol(request: HttpRequest, course_key: str) -> HttpResponse:
    """Enrol in a course."""
    course_or_404(course_key)
    learning.enrol(signed_in(request), course_key)
    return redirect("sandbox:course", course_key)


@require_POST
@login_required
def reset(request: HttpRequest, course_key: str) -> HttpResponse:
    """Forget what one did in a course, to try again; what was earned stays earned."""
    course_or_404(course_key)
    learning.reset(signed_in(request), course_key)
    return redirect("sandbox:course", course_key)


@require_GET
@login_required
def asset(request: HttpRequest, course_key: str, name: str) -> FileResponse:
    """Serve a static file of a course; never as something that could run in our pages."""
    if not access(request, course_key).learn:
        raise Http404("There is no such file.")
    try:
        found = inside(importing.assets(course_key), name)
    except BadInput:
        found = None
    if found is None:
        raise Http404("There is no such file.")
    kind, _ = mimetypes.guess_type(found.name)
    response = FileResponse(found.open("rb"), content_type=kind or "application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return response
