"""One comparison of a rule, ready to run."""

from __future__ import annotations

import datetime
import ipaddress
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from edr_tui.detect.pattern import DASHES, Part, Parts, Wild
from edr_tui.detect.regex import Regex
from edr_tui.detect.value import FieldValue

MAX_DASHES = 2  # that are written out as every dash there is; more go to RE2

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Kind(Enum):
    """How a matcher compares."""

    IS = "is"
    CONTAINS = "contains"
    STARTS = "starts with"
    ENDS = "ends with"
    REGEX = "matches"
    CIDR = "is in the network"
    LESS = "is less than"
    LESS_OR_IS = "is at most"
    MORE = "is more than"
    MORE_OR_IS = "is at least"
    TIME = "has the time"
    ABSENT = "is missing"
    PRESENT = "is there"


_PLAIN = frozenset((Kind.IS, Kind.CONTAINS, Kind.STARTS, Kind.ENDS))

TIME_UNITS: dict[str, Callable[[datetime.datetime], int]] = {
    "minute": lambda time: time.minute,
    "hour": lambda time: time.hour,
    "day": lambda time: time.day,
    "week": lambda time: time.isocalendar().week,
    "month": lambda time: time.month,
    "year": lambda time: time.year,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One comparison.

    test, pattern: what the rule asked for, in words and as it wrote it.
    text: what IS, CONTAINS, STARTS and ENDS compare with, without case unless cased; of TIME the unit.
    regex: what REGEX looks for, in the text where cased, else in the text without case.
    parts: the text and wildcards that REGEX was made from; None where the rule gave the expression.
    number: what LESS, MORE and TIME compare with. network: what CIDR does.
    """

    kind: Kind
    test: str
    pattern: str
    text: str = ""
    cased: bool = False
    regex: Regex | None = None
    parts: Parts | None = None
    number: float = 0.0
    network: Network | None = None

    def expanded(self) -> tuple[tuple[Kind, str], ...] | None:
        """The comparisons without wildcards of which one must be true; None if it takes others."""
        if self.parts is None:
            return None if self.kind not in _PLAIN else ((self.kind, self.text),)
        if Wild.ANY in self.parts or self.parts.count(Wild.DASH) > MAX_DASHES:
            return None
        choices = [DASHES if part is Wild.DASH else (part,) for part in self.parts]
        plains = [plain(_merged(chosen)) for chosen in itertools.product(*choices)]
        found = tuple(one for one in plains if one is not None)
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
            case Kind.CIDR:
                address = _address(value.text)
                return address is not None and self.network is not None and address in self.network
            case Kind.TIME:
                time = _time(value.text)
                return time is not None and TIME_UNITS[self.text](time) == self.number
            case Kind.ABSENT | Kind.PRESENT:
                return False  # asked of the field, not of a value
            case _:
                return self._compares(value.text)

    def _compares(self, text: str) -> bool:
        number = number_of(text)
        if number is None:
            return False
        match self.kind:
            case Kind.LESS:
                return number < self.number
            case Kind.LESS_OR_IS:
                return number <= self.number
            case Kind.MORE:
                return number > self.number
            case _:
                return number >= self.number


def _compared(how: Callable[[str, str], bool]) -> Callable[[FieldValue, FieldValue, bool], bool]:
    def compare(value: FieldValue, other: FieldValue, cased: bool) -> bool:
        return how(value.text, other.text) if cased else how(value.folded, other.folded)

    return compare


# A value against the value of another field; True as the third argument: upper and lower case differ.
COMPARISONS: dict[Kind, Callable[[FieldValue, FieldValue, bool], bool]] = {
    Kind.IS: _compared(str.__eq__),
    Kind.CONTAINS: _compared(str.__contains__),
    Kind.STARTS: _compared(str.startswith),
    Kind.ENDS: _compared(str.endswith),
}


def plain(parts: Parts) -> tuple[Kind, str] | None:
    """The comparison without wildcards that says the same as a pattern, None if there is none."""
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


def number_of(text: str) -> float | None:
    """A decimal number, or one in hex as Windows writes ids; None if the text is neither."""
    if len(text) > 40 or not text.isascii() or "_" in text:
        return None
    try:
        return float(int(text, 16)) if text[:2] in ("0x", "0X") else float(text)
    except (ValueError, OverflowError):
        return None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text) if len(text) < 64 else None
    except ValueError:
        return None


def _time(text: str) -> datetime.datetime | None:
    """A time as ISO 8601 or Sysmon write it; None if the text is none."""
    try:
        return datetime.datetime.fromisoformat(text) if len(text) < 64 else None
    except ValueError:
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
