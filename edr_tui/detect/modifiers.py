"""A value of a rule with its modifiers -> Matchers. One function a modifier."""

from __future__ import annotations

import base64 as codec
import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from edr_tui.detect.document import Scalar
from edr_tui.detect.matcher import Kind, Matcher, Network, number_of, plain
from edr_tui.detect.pattern import Part, Parts, Wild, fold_parts, parse
from edr_tui.detect.regex import Regex, regex_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A value on its way through its modifiers.

    parts: the value as a pattern. encoded: its bytes in the encoding that a modifier asked for.
    regex: the value is a regular expression with these flags. ready: nothing may follow.
    """

    scalar: Scalar
    parts: Parts
    test: str | None = None
    cased: bool = False
    encoded: bytes | None = None
    regex: bool = False
    flags: str = ""
    ready: Matcher | None = None


Modifier = Callable[[Draft], Draft | tuple[Draft, ...]]

_SWITCH_DASH = re.compile(r"\B[-/]\b")
_PLACEHOLDER = re.compile(r"%[^%\s]+%")


class Placeholder(ValueError):
    """A value that somebody has to fill in: no fault, but no rule either."""


def contains(draft: Draft) -> Draft:
    """The value anywhere in the field."""
    return _placed(draft, "contains", before=True, after=True)


def startswith(draft: Draft) -> Draft:
    """The value at the field's start."""
    return _placed(draft, "starts with", after=True)


def endswith(draft: Draft) -> Draft:
    """The value at the field's end."""
    return _placed(draft, "ends with", before=True)


def cased(draft: Draft) -> Draft:
    """Upper and lower case differ."""
    _must_be_text(draft, "cased")
    return replace(draft, cased=True)


def windash(draft: Draft) -> Draft:
    """A dash or slash before a word stands for every character that starts a switch on Windows."""
    _must_be_text(draft, "windash")
    parts: list[Part] = []
    for part in draft.parts:
        if isinstance(part, Wild):
            parts.append(part)
            continue
        for number, piece in enumerate(_SWITCH_DASH.split(part)):
            if number:
                parts.append(Wild.DASH)
            if piece:
                parts.append(piece)
    return replace(draft, parts=tuple(parts))


def _wide(encoding: str, mark: bytes = b"") -> Modifier:
    def encode(draft: Draft) -> Draft:
        _must_be_text(draft, "an encoding")
        if draft.test is not None or draft.encoded is not None:
            raise ValueError("an encoding stands before the other modifiers, and only one does")
        # A character of the field for each byte: that is how such a text shows up in one.
        parts = [
            part if isinstance(part, Wild) else part.encode(encoding).decode("latin-1")
            for part in draft.parts
        ]
        content = b"".join(part.encode("latin-1") for part in parts if isinstance(part, str))
        return replace(draft, parts=tuple(parts), encoded=mark + content)

    return encode


def base64(draft: Draft) -> Draft:
    """The value in base64, as it is when nothing stands before it."""
    text = codec.b64encode(_bytes(draft, "base64")).decode("ascii")
    return replace(draft, parts=(text,), encoded=b"")


def base64offset(draft: Draft) -> tuple[Draft, ...]:
    """The value in base64 wherever it may begin, without the characters that its neighbours change."""
    content = _bytes(draft, "base64offset")
    drafts = []
    for offset in range(3):
        text = codec.b64encode(b"\0" * offset + content).decode("ascii")
        first = (0, 2, 3)[offset]  # characters that the bytes before have a part in
        last = (None, -3, -2)[(len(content) + offset) % 3]
        if not text[first:last]:
            raise ValueError(
                "base64offset of a single byte says nothing: at one of its places nothing is left"
            )
        drafts.append(replace(draft, parts=(text[first:last],), encoded=b""))
    return tuple(drafts)


def _bytes(draft: Draft, modifier: str) -> bytes:
    _must_be_text(draft, modifier)
    if draft.test is not None:
        raise ValueError(f"{modifier} stands before {draft.test!r}, not behind it")
    if any(isinstance(part, Wild) for part in draft.parts):
        raise ValueError(f"{modifier} takes no wildcards: write \\* for a star and \\? for a question mark")
    if draft.encoded is not None:
        return draft.encoded
    content = "".join(part for part in draft.parts if isinstance(part, str)).encode("utf-8")
    if not content:
        raise ValueError(f"{modifier} of an empty text is nothing")
    return content


def regular_expression(draft: Draft) -> Draft:
    """The value is a regular expression, found anywhere; case counts unless |i."""
    if draft.test is not None or draft.cased or draft.encoded is not None or Wild.DASH in draft.parts:
        raise ValueError("re stands before the other modifiers and goes only with i, m and s")
    if not isinstance(draft.scalar.value, str):
        raise ValueError(f"re needs a regular expression as text, not {draft.scalar.text!r}")
    return replace(draft, regex=True, test="matches")


def _flag(name: str) -> Modifier:
    def add(draft: Draft) -> Draft:
        if not draft.regex:
            raise ValueError(f"the modifier {name} is one of regular expressions: it stands after re")
        return replace(draft, flags=draft.flags + name)

    return add


def exists(draft: Draft) -> Draft:
    """Whether the field is there at all."""
    _must_be_fresh(draft, "exists")
    if not isinstance(draft.scalar.value, bool):
        raise ValueError(f"exists needs true or false, not {draft.scalar.text!r}")
    kind = Kind.PRESENT if draft.scalar.value else Kind.ABSENT
    return replace(draft, ready=Matcher(kind=kind, test=kind.value, pattern=draft.scalar.text))


def cidr(draft: Draft) -> Draft:
    """The field is an address of this network."""
    _must_be_fresh(draft, "cidr")
    text = draft.scalar.text
    try:
        network: Network = ipaddress.ip_network(text)
    except ValueError as fault:
        raise ValueError(f"cidr needs a network such as 10.0.0.0/8: {fault}") from None
    ready = Matcher(kind=Kind.CIDR, test=Kind.CIDR.value, pattern=text, network=network)
    return replace(draft, ready=ready)


def _comparison(name: str, kind: Kind) -> Modifier:
    def compare(draft: Draft) -> Draft:
        _must_be_fresh(draft, name)
        text = draft.scalar.text
        number = None if isinstance(draft.scalar.value, bool) else number_of(text)
        if number is None:
            raise ValueError(f"{name} needs a number, not {text[:40]!r}")
        return replace(draft, ready=Matcher(kind=kind, test=kind.value, pattern=text, number=number))

    return compare


def _time_part(unit: str) -> Modifier:
    def compare(draft: Draft) -> Draft:
        _must_be_fresh(draft, unit)
        text = draft.scalar.text
        if not text.isascii() or not text.isdigit() or len(text) > 4:
            raise ValueError(f"{unit} needs a whole number, not {text[:40]!r}")
        test = f"has the {unit}"
        ready = Matcher(kind=Kind.TIME, test=test, pattern=text, text=unit, number=float(text))
        return replace(draft, ready=ready)

    return compare


def expand(draft: Draft) -> Draft:
    """The value holds %names% that somebody's own lists stand for. Raises Placeholder."""
    found = _PLACEHOLDER.findall(draft.scalar.text)
    if found:
        raise Placeholder(f"it has the placeholder {found[0][:60]}, for which there is no list")
    return draft


MODIFIERS: dict[str, Modifier] = {
    "contains": contains,
    "startswith": startswith,
    "endswith": endswith,
    "cased": cased,
    "windash": windash,
    "wide": _wide("utf-16-le"),
    "utf16le": _wide("utf-16-le"),
    "utf16be": _wide("utf-16-be"),
    "utf16": _wide("utf-16-le", mark=b"\xff\xfe"),
    "base64": base64,
    "base64offset": base64offset,
    "re": regular_expression,
    "i": _flag("i"),
    "ignorecase": _flag("i"),
    "m": _flag("m"),
    "multiline": _flag("m"),
    "s": _flag("s"),
    "dotall": _flag("s"),
    "exists": exists,
    "cidr": cidr,
    "lt": _comparison("lt", Kind.LESS),
    "lte": _comparison("lte", Kind.LESS_OR_IS),
    "gt": _comparison("gt", Kind.MORE),
    "gte": _comparison("gte", Kind.MORE_OR_IS),
    "minute": _time_part("minute"),
    "hour": _time_part("hour"),
    "day": _time_part("day"),
    "week": _time_part("week"),
    "month": _time_part("month"),
    "year": _time_part("year"),
    "expand": expand,
}
ALL = "all"  # of a list: every value, not any
NEQ = "neq"  # of a list: none of the values
FIELDREF = "fieldref"  # the value names another field
OF_LISTS = frozenset((ALL, NEQ, FIELDREF))
PLACES = {"contains": Kind.CONTAINS, "startswith": Kind.STARTS, "endswith": Kind.ENDS}


def unknown_modifier(names: Sequence[str]) -> str | None:
    """A sentence about the first modifier that does not exist, None if all do."""
    for name in names:
        if name not in OF_LISTS and name not in MODIFIERS:
            known = ", ".join(sorted((*MODIFIERS, *OF_LISTS)))
            return f"there is no modifier {name[:40]!r}: use one of {known}"
    return None


def matchers(scalar: Scalar, names: Sequence[str]) -> tuple[Matcher, ...]:
    """The matchers of one value, of which one must be true; its modifiers applied in their order.

    Raises ValueError with a sentence where they do not go together, Placeholder where the value has one.
    """
    value_only = [name for name in names if name not in OF_LISTS]
    if scalar.value is None:
        if value_only:
            raise ValueError(f"null has no text for {value_only[0]}")
        return (Matcher(kind=Kind.ABSENT, test=Kind.ABSENT.value, pattern="null"),)
    parts = parse(scalar.value) if isinstance(scalar.value, str) else (scalar.text,)
    drafts: tuple[Draft, ...] = (Draft(scalar=scalar, parts=parts),)
    for name in value_only:
        made: list[Draft] = []
        for draft in drafts:
            if draft.ready is not None:
                raise ValueError(f"{value_only[0]} goes with no other modifier")
            changed = MODIFIERS[name](draft)
            made += changed if isinstance(changed, tuple) else (changed,)
        drafts = tuple(made)
    return tuple(map(_finished, drafts))


def keywords(scalar: Scalar, names: Sequence[str] = ()) -> tuple[Matcher, ...]:
    """The matchers of a keyword: the text anywhere in a field, unless modifiers say otherwise."""
    if scalar.value is None:
        raise ValueError("null is no keyword")
    placed = any(name in PLACES or name == "re" for name in names)
    return matchers(scalar, names if placed else (*names, "contains"))


def _placed(draft: Draft, test: str, *, before: bool = False, after: bool = False) -> Draft:
    _must_be_text(draft, test)
    if draft.test is not None:
        raise ValueError(f"{draft.test!r} and {test!r} do not go together")
    parts: Parts = draft.parts
    if before and parts[:1] != (Wild.STAR,):
        parts = (Wild.STAR, *parts)
    if after and parts[-1:] != (Wild.STAR,):
        parts = (*parts, Wild.STAR)
    return replace(draft, parts=parts, test=test)


def _must_be_text(draft: Draft, modifier: str) -> None:
    if draft.regex:
        raise ValueError(f"re does not go with {modifier}")


def _must_be_fresh(draft: Draft, modifier: str) -> None:
    if draft.test or draft.regex or draft.cased or draft.encoded is not None or Wild.DASH in draft.parts:
        raise ValueError(f"{modifier} goes with no other modifier")


def _finished(draft: Draft) -> Matcher:
    if draft.ready is not None:
        return draft.ready
    pattern = draft.scalar.text
    if draft.regex:
        flags = f"(?{''.join(sorted(set(draft.flags)))})" if draft.flags else ""
        try:
            regex = Regex(flags + pattern)
        except ValueError as fault:
            raise ValueError(f"RE2 refuses the regular expression: {fault}") from None
        return Matcher(kind=Kind.REGEX, test="matches", pattern=pattern, cased=True, regex=regex)
    parts = draft.parts if draft.cased else fold_parts(draft.parts)
    simple = plain(parts)
    if simple is None:
        test = draft.test or "is like"
        regex = regex_of(parts)
        return Matcher(
            kind=Kind.REGEX, test=test, pattern=pattern, cased=draft.cased, regex=regex, parts=parts
        )
    kind, text = simple
    return Matcher(kind=kind, test=draft.test or kind.value, pattern=pattern, text=text, cased=draft.cased)


__all__ = ["MODIFIERS", "Kind", "Matcher", "Placeholder", "keywords", "matchers", "unknown_modifier"]
