"""Shows a problem as a form: the author's text with a field in place of each question."""

from collections.abc import Mapping

from django.template.loader import render_to_string
from lxml import etree

from microcred_plugin.sandbox import html, problems
from microcred_plugin.sandbox.olx.xml import parse_leniently
from microcred_plugin.sandbox.problems import Question

#: What learners are not shown: scripts run on a platform's graders, and the rest gives the answer away.
_HIDDEN = ("script", "solution", "demandhint", "hintgroup", "style")


def body(text: str, course_key: str, prefix: str, answers: Mapping[str, list[str]]) -> tuple[str, bool]:
    """Give the problem's HTML, and whether it has questions that are judged here."""
    root = parse_leniently(text)
    if root is None:
        return "", False
    asked = problems.questions(root)
    for question in asked or ():
        _replace(question, prefix, answers.get(question.name, []))
    for name in _HIDDEN:
        for element in list(root.iter(name)):
            _drop(element)
    root.tag = "div"
    root.attrib.clear()
    shown = etree.tostring(root, encoding="unicode", method="html", with_tail=False)
    return html.local(shown, course_key), asked is not None


def _replace(question: Question, prefix: str, given: list[str]) -> None:
    """Put a fieldset where a question stood, keeping the author's text around its input."""
    context = {"question": question, "id": f"{prefix}-{question.name}", "given": given}
    field = etree.fromstring(render_to_string("sandbox/_question.html", context))
    element = question.element
    before = [child for child in element if child.tag in ("p", "div", "table", "ul", "ol", "img", "description")]
    for child in before:
        child.tail = None
    tail = element.tail
    for child in list(element):
        element.remove(child)
    element.text = None
    element.extend([*before, field])
    element.tag, element.tail = "div", tail
    element.attrib.clear()
    for description in element.iter("description"):
        description.tag = "p"


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    previous = element.getprevious()
    if element.tail and previous is not None:
        previous.tail = (previous.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)
