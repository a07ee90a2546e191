"""A corner of Studio: each block of ours in a course with its preview and its editor."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from microcred_plugin.sandbox.cards import OURS, Deck
from microcred_plugin.sandbox.pages import courses
from microcred_plugin.sandbox.pages.access import access, course_or_404, signed_in
from microcred_plugin.sandbox.pages.page import page
from microcred_plugin.sandbox.runtime import SandboxRuntime
from microcred_plugin.sandbox.visibility import Viewer


@require_GET
@login_required
def studio(request: HttpRequest, course_key: str) -> HttpResponse:
    """Show ``author_view`` and ``studio_view`` of every block of ours; 404 to those who may not author."""
    root = course_or_404(course_key)
    if not access(request, course_key).author:
        raise Http404("There is no such page.")
    user = signed_in(request)
    nodes = [node for node in root.walk() if node.type == OURS]
    rows = {root.key: root.row, **{node.key: node.row for node in nodes}}
    deck = Deck(Viewer(user.pk, root, is_staff=True), SandboxRuntime(user, rows, studio=True), frozenset(), {})
    keys = [(node.key, node.title, node.above("vertical")) for node in nodes]
    keys = keys or [(courses.guest_key(root), "", None)]
    blocks = [
        {
            "key": key,
            "title": title,
            "unit": unit,
            "author": deck.render(key, "author_view"),
            "studio": deck.render(key, "studio_view") if unit is not None else "",
        }
        for key, title, unit in keys
    ]
    return page(request, "studio", {"course": root.row.course, "blocks": blocks}, deck.fragment)
