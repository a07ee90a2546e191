"""Parses the XML and JSON files of an export without ever fetching or expanding anything."""

import json
from pathlib import Path
from typing import Any

from lxml import etree

from microcred_plugin.errors import BadInput
from microcred_plugin.sandbox.olx.archive import inside

_MAX_BYTES = 16 * 1024**2


class Malformed(BadInput):
    """A file of the export is not what its name says; the reader goes on without it and warns."""


def read_bytes(root: Path, relative: str) -> bytes | None:
    """Read a text file of the export; None when it is missing, BadInput when it is absurdly large."""
    path = inside(root, relative)
    if path is None:
        return None
    if path.stat().st_size > _MAX_BYTES:
        raise BadInput(f"{relative} is larger than {_MAX_BYTES // 1024**2} MB, which no file of a course is.")
    return path.read_bytes()


def read_text(root: Path, relative: str) -> str | None:
    """Read a text file of the export as UTF-8, with odd bytes replaced."""
    raw = read_bytes(root, relative)
    return None if raw is None else raw.decode("utf-8", "replace")


def read_xml(root: Path, relative: str) -> etree._Element | None:
    """Parse an XML file of the export; None when it is missing.

    BadInput when it declares entities (they are how XML reads other files and grows without bounds); Malformed when it
    is not XML.
    """
    raw = read_bytes(root, relative)
    if raw is None:
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        element = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed(f"{relative} is not well-formed XML ({error}).") from error
    dtd: Any = element.getroottree().docinfo.internalDTD
    if dtd is not None and (dtd.system_url or any(True for _ in dtd.iterentities())):
        raise BadInput(f"{relative} declares XML entities or an external DTD, which a course never needs; refused.")
    return element


def parse_leniently(text: str) -> etree._Element | None:
    """Parse the text of a block as far as possible, expanding nothing; None for an empty one."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(text, parser) if text.strip() else None


def read_json(root: Path, relative: str) -> dict[str, Any] | None:
    """Read a JSON object of the export; None when it is missing, Malformed when it is none."""
    text = read_text(root, relative)
    if text is None:
        return None
    try:
        value = json.loads(text)
    except ValueError as error:
        raise Malformed(f"{relative} is not JSON ({error}).") from error
    if not isinstance(value, dict):
        raise Malformed(f"{relative} is not a JSON object.")
    return value


def inner_xml(element: etree._Element) -> str:
    """Write what is inside an element, text and all."""
    parts = [_escaped(element.text or "")]
    parts += [etree.tostring(child, encoding="unicode") for child in element]
    return "".join(parts).strip()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def outer_xml(element: etree._Element) -> str:
    """Write an element."""
    return etree.tostring(element, encoding="unicode", with_tail=False)
