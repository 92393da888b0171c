"""A value of a rule with its modifiers -> a Matcher. One function a modifier."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from edr_tui.detect.document import Scalar
from edr_tui.detect.pattern import DASHES, Part, Parts, Wild, fold, fold_parts, parse
from edr_tui.detect.regex import Regex, regex_of
from edr_tui.detect.value import FieldValue


class Kind(Enum):
    """How a matcher compares."""

    IS = "is"
    CONTAINS = "contains"
    STARTS = "starts with"
    ENDS = "ends with"
    REGEX = "matches"
    ABSENT = "is missing"
    PRESENT = "is there"


_PLAIN = frozenset((Kind.IS, Kind.CONTAINS, Kind.STARTS, Kind.ENDS))
MAX_DASHES = 2  # that are written out as every dash there is; more go to RE2


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One comparison, ready to run.

    test, pattern: what the rule asked for, in words and as it wrote it.
    text: what IS, CONTAINS, STARTS and ENDS compare with, without case unless cased.
    regex: what REGEX looks for, in the text where cased, else in the text without case.
    parts: the text and wildcards that REGEX was made from; None where the rule gave the expression.
    """

    kind: Kind
    test: str
    pattern: str
    text: str = ""
    cased: bool = False
    regex: Regex | None = None
    parts: Parts | None = None

    def expanded(self) -> tuple[tuple[Kind, str], ...] | None:
        """The comparisons without wildcards of which one must be true; None if it takes others."""
        if self.parts is None:
            return None if self.kind not in _PLAIN else ((self.kind, self.text),)
        if Wild.ANY in self.parts or self.parts.count(Wild.DASH) > MAX_DASHES:
            return None
        choices = [DASHES if part is Wild.DASH else (part,) for part in self.parts]
        plains = [_plain(_merged(chosen)) for chosen in itertools.product(*choices)]
        found = tuple(plain for plain in plains if plain is not None)
        return found if len(found) == len(plains) else None

    def accepts(self, value: FieldValue) -> bool:
        """Whether a value passes."""
        text = value.text if self.cased else value.folded
        match self.kind:
            case Kind.IS:
                return text == self.text
            case Kind.CONTAINS:
                return self.text in text
            case Kind.STARTS:
                return text.startswith(self.text)
            case Kind.ENDS:
                return text.endswith(self.text)
            case Kind.REGEX:
                return self.regex is not None and self.regex.found_in(text)
            case Kind.ABSENT | Kind.PRESENT:
                return False  # asked of the field, not of a value


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A value on its way through its modifiers.

    parts: the value as a pattern. regex: the value is a regular expression with these flags.
    """

    scalar: Scalar
    parts: Parts
    test: str | None = None
    cased: bool = False
    regex: bool = False
    flags: str = ""
    exists: bool | None = None


Modifier = Callable[[Draft], Draft]

_SWITCH_DASH = re.compile(r"\B[-/]\b")


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


def regular_expression(draft: Draft) -> Draft:
    """The value is a regular expression, found anywhere; case counts unless |i."""
    if draft.test is not None or draft.cased or Wild.DASH in draft.parts:
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
    if not isinstance(draft.scalar.value, bool):
        raise ValueError(f"exists needs true or false, not {draft.scalar.text!r}")
    return replace(draft, exists=draft.scalar.value)


MODIFIERS: dict[str, Modifier] = {
    "contains": contains,
    "startswith": startswith,
    "endswith": endswith,
    "cased": cased,
    "windash": windash,
    "re": regular_expression,
    "i": _flag("i"),
    "m": _flag("m"),
    "s": _flag("s"),
    "exists": exists,
}
ALL = "all"  # the one modifier of a list: every value, not any
_LATER = (
    "base64 base64offset utf16le utf16be utf16 wide cidr expand fieldref neq lt lte gt gte"
    " minute hour day week month year"
)
NOT_YET = frozenset(_LATER.split())


def unknown_modifier(names: Sequence[str]) -> str | None:
    """A sentence about the first modifier that does not exist here, None if all do."""
    for name in names:
        if name in NOT_YET:
            return f"the modifier {name} is not supported"
        if name != ALL and name not in MODIFIERS:
            known = ", ".join((*MODIFIERS, ALL))
            return f"there is no modifier {name[:40]!r}: use one of {known}"
    return None


def matcher(scalar: Scalar, names: Sequence[str]) -> Matcher:
    """The matcher of one value, its modifiers applied in their order.

    Raises ValueError with a sentence where they do not go together.
    """
    text_only = [name for name in names if name != ALL]
    if scalar.value is None:
        if text_only:
            raise ValueError(f"null has no text for {text_only[0]}")
        return Matcher(kind=Kind.ABSENT, test=Kind.ABSENT.value, pattern="null")
    parts = parse(scalar.value) if isinstance(scalar.value, str) else (scalar.text,)
    draft = Draft(scalar=scalar, parts=parts)
    for name in text_only:
        if draft.exists is not None:
            raise ValueError("exists goes with no other modifier")
        draft = MODIFIERS[name](draft)
    return _finished(draft)


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


def _finished(draft: Draft) -> Matcher:
    if draft.exists is not None:
        kind = Kind.PRESENT if draft.exists else Kind.ABSENT
        return Matcher(kind=kind, test=kind.value, pattern=draft.scalar.text)
    pattern = draft.scalar.text
    if draft.regex:
        flags = f"(?{''.join(sorted(set(draft.flags)))})" if draft.flags else ""
        try:
            regex = Regex(flags + pattern)
        except ValueError as fault:
            raise ValueError(f"RE2 refuses the regular expression: {fault}") from None
        return Matcher(kind=Kind.REGEX, test="matches", pattern=pattern, cased=True, regex=regex)
    parts = draft.parts if draft.cased else fold_parts(draft.parts)
    plain = _plain(parts)
    if plain is None:
        test = draft.test or "is like"
        regex = regex_of(parts)
        return Matcher(
            kind=Kind.REGEX, test=test, pattern=pattern, cased=draft.cased, regex=regex, parts=parts
        )
    kind, text = plain
    return Matcher(kind=kind, test=draft.test or kind.value, pattern=pattern, text=text, cased=draft.cased)


def _plain(parts: Parts) -> tuple[Kind, str] | None:
    """The comparison without wildcards that says the same, None if there is none."""
    match parts:
        case ():
            return Kind.IS, ""
        case (Wild.STAR,):
            return Kind.CONTAINS, ""
        case (str(text),):
            return Kind.IS, text
        case (Wild.STAR, str(text)):
            return Kind.ENDS, text
        case (str(text), Wild.STAR):
            return Kind.STARTS, text
        case (Wild.STAR, str(text), Wild.STAR):
            return Kind.CONTAINS, text
    return None


def _merged(parts: Iterable[Part]) -> Parts:
    """The parts with neighbouring texts made one."""
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return tuple(merged)


def keyword(scalar: Scalar) -> Matcher:
    """The matcher of a keyword: the text anywhere in a field."""
    if scalar.value is None:
        raise ValueError("null is no keyword")
    parts = parse(scalar.value) if isinstance(scalar.value, str) else (scalar.text,)
    return _finished(contains(Draft(scalar=scalar, parts=parts)))


__all__ = ["ALL", "MODIFIERS", "Kind", "Matcher", "fold", "keyword", "matcher", "unknown_modifier"]
