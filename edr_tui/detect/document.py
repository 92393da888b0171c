"""Hostile YAML -> plain nodes that know their line, from the parser's events alone.

Nothing is constructed that was not asked for: no tags, no aliases, no merge keys, no dates, no
numbers in base 60. What is too deep or too large is refused while it is read, before it costs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

MAX_BYTES = 1_048_576
MAX_DEPTH = 64
MAX_NODES = 100_000

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class YamlFault(ValueError):
    """What is wrong with the text, and in which line (from 1)."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: None, a boolean, a whole number or text; text is how it was written."""

    value: bool | int | str | None
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A sequence."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping; entries keep the order and the lines of the keys. No key is there twice."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int

    def get(self, key: str) -> Node | None:
        """The value of a key, None if it is not there."""
        return next((node for name, node in self.entries if name.text == key), None)


Node = Scalar | Listing | Mapping


@dataclass(slots=True)
class _Open:
    """A sequence or mapping that is being read."""

    line: int
    mapping: bool
    items: list[Node]
    keys: dict[str, int]


def documents(content: bytes) -> tuple[Node, ...]:
    """The YAML documents of a file, empty ones left out. Raises YamlFault, and nothing else."""
    if len(content) > MAX_BYTES:
        raise YamlFault(1, f"the file is larger than {MAX_BYTES // 1024} KiB")
    text = _text(content)
    try:
        events = iter(yaml.parse(text, Loader=yaml.CSafeLoader))
        found = [_document(events) for event in events if isinstance(event, yaml.DocumentStartEvent)]
    except yaml.YAMLError as fault:
        raise _syntax_fault(text, fault) from None
    return tuple(node for node in found if not (isinstance(node, Scalar) and node.value is None))


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise YamlFault(line, f"byte 0x{content[fault.start]:02x} is not UTF-8") from None
    nul = text.find("\0")
    if nul >= 0:
        raise YamlFault(text.count("\n", 0, nul) + 1, "a NUL byte is not allowed in a rule")
    return text


def _syntax_fault(text: str, fault: yaml.YAMLError) -> YamlFault:
    if isinstance(fault, yaml.MarkedYAMLError):
        mark, problem = fault.problem_mark or fault.context_mark, fault.problem or fault.context
        if problem == "exceeded maximum nesting depth":  # libyaml's own limit, which is reached first
            problem = f"nested deeper than {MAX_DEPTH}"
        return YamlFault(mark.line + 1 if mark else 1, f"not YAML: {problem}")
    if isinstance(fault, yaml.reader.ReaderError):
        line = text.encode().count(b"\n", 0, fault.position) + 1
        return YamlFault(line, f"not YAML: the character U+{_code(fault):04X} is not allowed")
    return YamlFault(1, "not YAML")


def _code(fault: yaml.reader.ReaderError) -> int:
    character: object = fault.character  # an int from libyaml, a str or bytes from the pure reader
    return character if isinstance(character, int) else ord(str(character)[:1] or "\0")


def _document(events: Iterator[yaml.Event]) -> Node:
    """One document: everything up to its end, without recursion."""
    stack: list[_Open] = []
    nodes = 0
    for event in events:
        line = event.start_mark.line + 1 if event.start_mark else 1
        node: Node
        if type(event) is yaml.ScalarEvent:  # nearly all of them are
            if event.anchor or event.tag:
                _refuse_tag(event, line)
            node = _scalar(event, line)
            nodes += 1
            if nodes > MAX_NODES:
                raise YamlFault(line, f"more than {MAX_NODES} values")
            if not stack:
                return node
            _add(stack[-1], node)
            continue
        match event:
            case yaml.AliasEvent():
                raise YamlFault(line, f"the alias *{event.anchor} is not allowed in a rule")
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                _refuse_tag(event, line)
                if len(stack) == MAX_DEPTH:
                    raise YamlFault(line, f"nested deeper than {MAX_DEPTH}")
                stack.append(_Open(line, isinstance(event, yaml.MappingStartEvent), [], {}))
                _check_key(stack, line)
                continue
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                node = _closed(stack.pop())
            case _:
                continue
        nodes += 1
        if nodes > MAX_NODES:
            raise YamlFault(line, f"more than {MAX_NODES} values")
        if not stack:
            return node
        _add(stack[-1], node)
    raise YamlFault(1, "not YAML: the document does not end")


def _refuse_tag(event: yaml.NodeEvent, line: int) -> None:
    if event.anchor:
        raise YamlFault(line, f"the anchor &{event.anchor} is not allowed in a rule")
    tag = getattr(event, "tag", None)
    if tag and tag not in ("!", "tag:yaml.org,2002:str"):
        raise YamlFault(line, f"the tag {tag[:60]!r} is not allowed in a rule")


def _check_key(stack: list[_Open], line: int) -> None:
    if len(stack) > 1 and stack[-2].mapping and len(stack[-2].items) % 2 == 0:
        raise YamlFault(line, "a list or a mapping cannot be a key")


def _add(parent: _Open, node: Node) -> None:
    if parent.mapping and len(parent.items) % 2 == 0 and isinstance(node, Scalar):
        if node.text == "<<":
            raise YamlFault(node.line, "the merge key << is not allowed in a rule")
        first = parent.keys.setdefault(node.text, node.line)
        if len(parent.keys) * 2 != len(parent.items) + 2:
            raise YamlFault(node.line, f"the key {node.text[:60]!r} is already in line {first}")
    parent.items.append(node)


def _closed(open_: _Open) -> Node:
    if not open_.mapping:
        return Listing(tuple(open_.items), open_.line)
    keys = (key for key in open_.items[::2] if isinstance(key, Scalar))
    return Mapping(tuple(zip(keys, open_.items[1::2], strict=True)), open_.line)


def _scalar(event: yaml.ScalarEvent, line: int) -> Scalar:
    text: str = event.value
    if event.style not in (None, "") or event.tag:
        return Scalar(text, text, line)
    if text in _NULL:
        return Scalar(None, text, line)
    if text in _BOOL:
        return Scalar(_BOOL[text], text.lower(), line)
    digits = text[1:] if text.startswith("-") else text
    # 007 keeps its zeros as text; more than 18 digits are no count or id of anything.
    if digits.isascii() and digits.isdigit() and len(digits) <= 18 and (digits == "0" or digits[0] != "0"):
        return Scalar(int(text), text, line)
    return Scalar(text, text, line)
