"""Reads a whole export into a tree of blocks, collecting warnings about what it cannot find or understand."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey

from microcred_plugin.errors import BadInput
from microcred_plugin.sandbox.olx import values
from microcred_plugin.sandbox.olx.xml import Malformed, inner_xml, outer_xml, read_json, read_text, read_xml

#: Blocks whose XML children are blocks; what is inside all others is their content.
_CONTAINERS = frozenset(
    {"course", "chapter", "sequential", "vertical", "split_test", "library_content", "itembank", "conditional",
     "randomize", "wrapper", "problemset", "videosequence"}
)  # fmt: skip
#: Elements inside containers that are no blocks.
_NO_BLOCKS = frozenset({"wiki", "textbook", "pdf_textbook", "html_textbook", "show", "grading", "metadata", "assets"})
#: Attributes that say where a block is and not what it is.
_ADDRESS = frozenset({"url_name", "org", "course", "slug", "filename"})
_UNTITLED = {"html": "Text", "problem": "Problem", "video": "Video", "discussion": "Discussion"}
_MAX_DEPTH = 20
_NOT_IN_KEYS = re.compile(r"[^\w\-~.:]")


@dataclass(slots=True)
class OlxBlock:
    """One block: its attributes as read, ``text`` (the HTML of html blocks, the XML of others) and its children."""

    type: str
    name: str
    fields: dict[str, Any]
    text: str = ""
    children: list["OlxBlock"] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The display name, or the type's usual one."""
        return values.text(self.fields.get("display_name")) or _UNTITLED.get(self.type, self.type)

    def walk(self) -> Iterator["OlxBlock"]:
        """Give this block and all below it in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class OlxCourse:
    """A course run: its key, its tree, its grading policy, and what was odd in the export."""

    key: str
    org: str
    root: OlxBlock
    grading: Mapping[str, Any]
    warnings: tuple[str, ...]


def read_course(root: Path) -> OlxCourse:
    """Read the export in a folder that holds ``course.xml``; BadInput when it cannot be a course."""
    return _Reader(root).course()


class _Reader:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._warnings: list[str] = []
        self._policy: dict[str, Any] = {}
        self._seen: set[tuple[str, str]] = set()

    def course(self) -> OlxCourse:
        try:
            pointer = read_xml(self._root, "course.xml")
        except Malformed as error:
            raise BadInput(f"{error} The course cannot be read without it; export it again.") from error
        if pointer is None or pointer.tag != "course":
            raise BadInput("course.xml holds no <course> element; it is no OLX export of a course.")
        org, course, run = (pointer.get(name, "") for name in ("org", "course", "url_name"))
        key = _course_key(org, course, run)
        self._policy = self._json(f"policies/{run}/policy.json", f"policies/{run}.json")
        root = self._block(pointer, 0)
        if root is None or not root.children:
            raise BadInput(f"The course {key} has no sections; there is nothing to show. Export it again.")
        return OlxCourse(key, org, root, self._json(f"policies/{run}/grading_policy.json"), tuple(self._warnings))

    def _json(self, *candidates: str) -> dict[str, Any]:
        for relative in candidates:
            try:
                found = read_json(self._root, relative)
            except Malformed as error:
                self._warnings.append(str(error))
                continue
            if found is not None:
                return found
        return {}

    def _block(self, element: etree._Element, depth: int) -> OlxBlock | None:
        """Read one block from its element, following a pointer to its file; None for one that is there already."""
        kind = str(element.tag)
        written = element.get("url_name") or _made_up_name(element)
        name = _NOT_IN_KEYS.sub("_", written)
        if (kind, name) in self._seen:
            self._warnings.append(f"<{kind} url_name={name!r}> is there more than once; it stays at its first place.")
            return None
        self._seen.add((kind, name))
        definition = self._definition(kind, written, element)
        fields = self._fields(kind, written, element, definition)
        block = OlxBlock(kind, name, fields)
        if kind in _CONTAINERS:
            block.children = self._children(definition, depth)
        else:
            block.text = self._content(kind, name, definition)
        return block

    def _definition(self, kind: str, name: str, element: etree._Element) -> etree._Element:
        """Give the element that defines a block: its file's when this one only points there."""
        if not _is_pointer(element):
            return element
        relative = f"{kind}/{name.replace(':', '/')}.xml"
        try:
            found = read_xml(self._root, relative)
        except Malformed as error:
            self._warnings.append(f"{error} The block is kept without its content.")
            return element
        if found is None:
            self._warnings.append(f"{relative} is missing; the block is kept without its content.")
            return element
        return found

    def _fields(self, kind: str, name: str, element: etree._Element, definition: etree._Element) -> dict[str, Any]:
        written = [*element.items(), *definition.items()]
        fields: dict[str, Any] = {str(key): str(value) for key, value in written if key not in _ADDRESS}
        policy = self._policy.get(f"{kind}/{name}", {})
        return {**fields, **policy} if isinstance(policy, Mapping) else fields

    def _children(self, definition: etree._Element, depth: int) -> list[OlxBlock]:
        if depth >= _MAX_DEPTH:
            raise BadInput(f"Blocks are nested more than {_MAX_DEPTH} deep below <{definition.tag}>; refused.")
        elements = [child for child in definition if child.tag not in _NO_BLOCKS]
        blocks = (self._block(child, depth + 1) for child in elements if not child.tag.startswith("{"))
        return [block for block in blocks if block is not None]

    def _content(self, kind: str, name: str, definition: etree._Element) -> str:
        if kind != "html":
            return outer_xml(definition)
        filename = definition.get("filename")
        if not filename:
            return inner_xml(definition)
        relative = f"html/{filename}.html"
        found = read_text(self._root, relative)
        if found is None:
            self._warnings.append(f"{relative} is missing; the text of <html url_name={name!r}> is empty.")
        return found or ""


def _course_key(org: str, course: str, run: str) -> str:
    try:
        return str(CourseKey.from_string(f"course-v1:{org}+{course}+{run}"))
    except InvalidKeyError as error:
        raise BadInput(
            f"course.xml gives the course no usable key (org={org!r}, course={course!r}, url_name={run!r}). "
            "All three are needed, of letters, digits and . _ - ~ alone."
        ) from error


def _is_pointer(element: etree._Element) -> bool:
    """Say whether an element only says where its definition is."""
    names = set(map(str, element.keys()))
    is_empty = len(element) == 0 and not (element.text or "").strip()
    return is_empty and "url_name" in names and names <= _ADDRESS - {"filename"}


def _made_up_name(element: etree._Element) -> str:
    """Name a block that the author did not: the same content gets the same name in every import."""
    return f"{element.tag}_{hashlib.sha256(outer_xml(element).encode()).hexdigest()[:20]}"
