"""A unit: its blocks, and the ways to the unit before and the one after."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from microcred_plugin.sandbox import learning, references
from microcred_plugin.sandbox.cards import Deck
from microcred_plugin.sandbox.content import Node
from microcred_plugin.sandbox.models import Score
from microcred_plugin.sandbox.pages import courses
from microcred_plugin.sandbox.pages.access import access, course_or_404, signed_in
from microcred_plugin.sandbox.pages.page import page
from microcred_plugin.sandbox.runtime import SandboxRuntime
from microcred_plugin.sandbox.visibility import Viewer

#: How long a text is on the screen before it counts as read, in milliseconds (the platform: 5000).
VIEW_DELAY_MS = 1500


@require_GET
@login_required
def unit(request: HttpRequest, course_key: str, usage_key: str) -> HttpResponse:
    """Show a unit to its learners and staff; 404 to everybody else, as the platform answers."""
    root = course_or_404(course_key, text=True)
    allowed = access(request, course_key)
    user = signed_in(request)
    viewer = Viewer(user.pk, root, is_staff=allowed.staff or allowed.author)
    node = next((node for node in courses.units(root, viewer) if node.key == usage_key), None)
    if node is None or not allowed.learn:
        raise Http404("There is no such unit.")
    done = learning.completed(user.pk, course_key)
    scores = {score.block_key: score for score in Score.objects.filter(user=user, course_key=course_key)}
    deck = Deck(viewer, SandboxRuntime(user, {one.key: one.row for one in root.walk()}), done, scores)
    cards = deck.cards(node)
    guest = deck.guest(courses.guest_key(root)) if courses.shows_guest(root) else None
    context = {
        "course": root.row.course,
        "unit": node,
        "cards": cards,
        "guest": guest,
        "view_delay": VIEW_DELAY_MS,
        **_around(root, node, viewer, done),
    }
    return page(request, "unit", context, deck.fragment)


def _around(root: Node, node: Node, viewer: Viewer, done: frozenset[str]) -> dict[str, object]:
    """Give the units of the same subsection, and the neighbours over the whole course."""
    every = courses.units(root, viewer)
    place = next(number for number, one in enumerate(every) if one is node)
    sequence = [
        (one, all(leaf.key in done for leaf in courses.leaves_shown(one, viewer)), one is node)
        for one in every
        if one.parent is node.parent
    ]
    return {
        "subsection": node.parent,
        "section": node.above("chapter"),
        "sequence": sequence,
        "previous": every[place - 1] if place else None,
        "next": every[place + 1] if place + 1 < len(every) else None,
    }


@require_GET
@login_required
def jump(request: HttpRequest, course_key: str, reference: str) -> HttpResponse:
    """Go to the unit that holds a block, named by its key, ``type@id`` or id alone."""
    root = course_or_404(course_key)
    for node in root.walk():
        if reference in (node.key, references.short(node), node.key.rpartition("@")[2]):
            return redirect(_address(course_key, node))
    raise Http404("There is no such block.")


def _address(course_key: str, node: Node) -> str:
    """Give the page of a block: its unit at the block's place, or the first unit inside."""
    around = node.above("vertical")
    unit = around or next((one for one in node.walk() if one.type == "vertical"), None)
    if unit is None:
        return reverse("sandbox:course", args=[course_key])
    subsection = unit.above("sequential")
    while unit.parent is not None and unit.parent is not subsection:
        unit = unit.parent
    place = f"#{node.key.rpartition('@')[2]}" if around is not None and unit is not node else ""
    return reverse("sandbox:unit", args=[course_key, unit.key]) + place
