"""What a unit's page shows of each block: a card with its text, how it is completed, and whether it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from lxml import etree
from opaque_keys.edx.keys import UsageKey
from web_fragments.fragment import Fragment

from microcred_plugin.compat.port import CompletionMode
from microcred_plugin.sandbox import content, html, problem_form
from microcred_plugin.sandbox.content import Node
from microcred_plugin.sandbox.olx.xml import parse_leniently
from microcred_plugin.sandbox.runtime import SandboxRuntime
from microcred_plugin.sandbox.visibility import Viewer

OURS = "microcredential"
#: Blocks that are complete once they have been on the screen, as on the platform; others take a click.
_READ = frozenset({"html", "annotatable"})


@dataclass(slots=True)
class Card:
    """One block in a unit's page; ``complete_by`` is view, click, answer or empty (nothing to complete)."""

    key: str
    kind: str  #: html, problem, video, xblock, group or other
    type: str
    title: str
    html: SafeString = field(default_factory=lambda: SafeString(""))
    done: bool = False
    complete_by: str = ""
    score: Any = None
    gradable: bool = True
    note: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    children: list["Card"] = field(default_factory=list)


class Deck:
    """Makes the cards of one page and gathers the scripts and styles of the XBlocks among them."""

    def __init__(
        self, viewer: Viewer, runtime: SandboxRuntime, completed: frozenset[str], scores: Mapping[str, Any]
    ) -> None:
        self._viewer = viewer
        self._runtime = runtime
        self._completed = completed
        self._scores = scores
        self.fragment = Fragment()

    def cards(self, node: Node) -> list[Card]:
        """Give a card for each block shown in a unit (or another container)."""
        return [self._card(child) for child in self._viewer.children(node)]

    def guest(self, usage_key: str) -> Card:
        """Give a card for a block of ours that stands in no course."""
        return Card(key=usage_key, kind="xblock", type=OURS, title="", html=self.render(usage_key, "student_view"))

    def render(self, usage_key: str, view: str) -> SafeString:
        """Render a view of an installed XBlock."""
        block = self._runtime.get_block(UsageKey.from_string(usage_key))
        fragment = self._runtime.render(block, view, {})
        self.fragment.add_fragment_resources(fragment)
        return _safe(fragment.body_html())

    def _card(self, node: Node) -> Card:
        card = Card(key=node.key, kind="other", type=node.type, title=node.title, done=node.key in self._completed)
        card.note = _note(node)
        if node.type == OURS:
            card.kind, card.html = "xblock", self.render(node.key, "student_view")
        elif node.type in content.AGGREGATORS:
            card.kind, card.children = "group", self.cards(node)
        else:
            self._fill(card, node)
        return card

    def _fill(self, card: Card, node: Node) -> None:
        course_key = node.row.course.key
        if content.completion_mode(node.type) == CompletionMode.COMPLETABLE:
            card.complete_by = "view" if node.type in _READ else "click"
        if node.type == "html":
            card.kind, card.html = "html", _safe(html.local(node.row.text, course_key))
        elif node.type == "problem":
            self._problem(card, node)
        elif node.type == "video":
            card.kind, card.facts = "video", _video(node)
        elif node.type == "annotatable":
            card.html = _safe(html.local(node.row.text, course_key))

    def _problem(self, card: Card, node: Node) -> None:
        score = self._scores.get(node.key)
        answers = score.answers if score else {}
        prefix = node.key.rpartition("@")[2]
        body, card.gradable = problem_form.body(node.row.text, node.row.course.key, prefix, answers)
        card.kind, card.html, card.score, card.complete_by = "problem", _safe(body), score, "answer"


def _safe(text: str) -> SafeString:
    return SafeString(text)  # the author's own HTML, or a block's, under the page's Content-Security-Policy


def _note(node: Node) -> str:
    if node.fields.get("staff_only"):
        return "staff"
    return "group" if node.fields.get("group_access") else ""


def _video(node: Node) -> dict[str, Any]:
    """Give what is known of a video without playing it: where it is, and the transcript written beside it."""
    olx = node.fields.get("olx", {})
    youtube = str(olx.get("youtube_id_1_0") or str(olx.get("youtube", "")).partition(":")[2].partition(",")[0])
    root = parse_leniently(node.row.text)
    transcript = "" if root is None else " ".join("".join(_own_texts(root)).split())
    return {"youtube": youtube, "transcript": transcript}


def _own_texts(root: etree._Element) -> list[str]:
    return [str(text) for element in root.iter("transcript") for text in element.itertext()]
