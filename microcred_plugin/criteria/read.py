"""Turns the text of a definition file, YAML or JSON, into plain data, and refuses what could hurt or mislead."""

import json
import math
import re
from collections.abc import Iterable
from typing import Any, NoReturn

import yaml

from microcred_plugin.errors import BadInput

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
#: Below this no interpreter limits the conversion to text, and every JSON reader holds the number exactly.
MAX_INTEGER = 2**53


def read(text: str) -> dict[str, Any]:
    """Return the mapping that ``text`` holds, JSON or YAML.

    In YAML only ``null``, ``true``, ``false``, integers and decimal numbers are not text: ``no`` stays a language and
    a date stays as written. A number with a decimal point comes back as a float, which ``parse`` refuses by its path.
    Raises BadInput for anything that cannot be read, is too large or too deep, uses aliases or names a key twice.
    """
    if not isinstance(text, str):
        raise BadInput("The document must be text.")
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise BadInput(f"The document is larger than {MAX_BYTES // 1024} KiB. Shorten its texts or split it.")
    try:
        found = _decode(text.removeprefix("\ufeff"))
        json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair cannot be stored or sent
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadInput(f"The document cannot be read as YAML or JSON: {_reason(error)}") from error
    if not isinstance(found, dict):
        raise BadInput('The document must be a mapping that starts with "format: microcredential/1".')
    return found


def _decode(text: str) -> Any:
    """Read JSON as JSON, for YAML's reader knows neither its tabs nor its surrogate pairs; all else as YAML."""
    if text.lstrip()[:1] != "{":
        return _Loader(text).get_single_data()
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_int=_integer, parse_float=_float, parse_constant=_none)
    except json.JSONDecodeError:
        return _Loader(text).get_single_data()  # YAML's flow style: {format: microcredential/1, …}


def _refusal(problem: str, mark: Any) -> ValueError:
    return ValueError(f"{problem} (line {mark.line + 1}, column {mark.column + 1})")


def _reason(error: Exception) -> str:
    """Say what was wrong and in which line, without the library's copy of the text."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return str(_refusal(error.problem or "wrong", error.problem_mark))
    if isinstance(error, UnicodeError | yaml.reader.ReaderError):
        return "it holds a character that no text may hold"
    return "it is nested too deep" if isinstance(error, RecursionError) else str(error)


class _Loader(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser, yaml.composer.Composer):
    """A loader of plain data: YAML 1.2's core scalars, no aliases, no tags, no key twice, bounded depth.

    It is composed of the library's reader, scanner and parser only; its constructors and resolvers, which know dates,
    base-60 numbers and ``no`` as false, are replaced by the functions below.
    """

    def __init__(self, stream: str) -> None:
        yaml.reader.Reader.__init__(self, stream)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)
        yaml.composer.Composer.__init__(self)
        self._depth = 0

    def get_single_data(self) -> Any:
        """Return the one document of the text as plain data."""
        node = self.get_single_node()
        return None if node is None else _plain(node)

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Compose a node, refusing an alias and a depth that would exhaust the stack."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _refusal("aliases (*name) are not allowed", event.start_mark)
        if self._depth >= MAX_DEPTH:
            raise _refusal(f"nested deeper than {MAX_DEPTH}", event.start_mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: Any) -> str:
        """Leave a scalar's type to :func:`_scalar`; "!" marks a quoted one, which is text whatever it looks like."""
        if kind is yaml.ScalarNode:
            return "plain" if implicit[0] else "quoted"
        return "collection"

    def descend_resolver(self, current_node: yaml.Node | None, current_index: Any) -> None:
        """Do nothing: no type here depends on the place."""

    def ascend_resolver(self) -> None:
        """Do nothing: no type here depends on the place."""

    def dispose(self) -> None:
        """Do nothing: the text is in memory."""


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        _untagged(node, "collection")
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode):
        _untagged(node, "collection")
        return [_plain(item) for item in node.value]
    _untagged(node, "plain", "quoted")
    return node.value if node.tag == "quoted" else _scalar(node)


def _untagged(node: yaml.Node, *expected: str) -> None:
    if node.tag not in expected:
        raise _refusal("tags (!name) are not allowed", node.start_mark)


def _mapping(node: yaml.MappingNode) -> dict[str, Any]:
    return _pairs((_key(key), _plain(value)) for key, value in node.value)


def _key(node: yaml.Node) -> str:
    key = _plain(node)
    if not isinstance(key, str):
        raise _refusal("a key must be text; put it in quotes", node.start_mark)
    return key


def _pairs(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f'the key "{key[:80]}" is written twice in one place')
        found[key] = value
    return found


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise ValueError(f"the number {text[:20]}… is too large")
    return int(text)


def _float(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(f"the number {text[:20]} is too large")
    return number


def _none(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number")


_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?")


def _scalar(node: yaml.Node) -> Any:
    text = node.value
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return _integer(text)
    return _float(text) if _FLOAT.fullmatch(text) else text


def is_plain_text(text: str) -> bool:
    """Say whether YAML's reader takes this for text also without quotes."""
    return not (text in _WORDS or _INTEGER.fullmatch(text) or _FLOAT.fullmatch(text))
