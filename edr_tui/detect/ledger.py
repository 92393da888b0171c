"""What each rule costs and brings, and the breaker that switches off one that costs too much."""

from __future__ import annotations

from dataclasses import dataclass

from edr_tui.detect.rule import Rule

SAMPLED = 16  # one event in so many is timed
WINDOW = 4_096  # events by which the time of a rule is judged
MAX_WINDOW_NS = 1_000_000_000  # of one rule in one window: 0.25 ms for every event
MAX_SINGLE_NS = 5_000_000  # of what one look counts: the machine may have been busy elsewhere
FLOOD = 50_000  # matches of one rule ...
FLOOD_NS = 10_000_000_000  # ... within so much of the events' own time


@dataclass(frozen=True, slots=True)
class RuleCost:
    """One rule's account since it was loaded.

    looks: how often it was worth evaluating, and ns: the time that took; both are projected from
        one event in SAMPLED. hits: matches, all of them.
    blind: events on which a field that it asks for could not be known.
    disabled: why it does not run, None while it does.
    """

    rule: Rule
    looks: int = 0
    hits: int = 0
    ns: int = 0
    blind: int = 0
    disabled: str | None = None


class Account:
    """The running sums of one rule."""

    __slots__ = ("disabled", "flood_from", "flood_hits", "hits", "looks", "ns", "rule", "window_ns")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.looks = self.hits = self.ns = self.window_ns = 0
        self.flood_from: int | None = None
        self.flood_hits = 0
        self.disabled: str | None = None

    def spent(self, ns: int) -> str | None:
        """Count one timed look for all those that are not timed; why the rule must stop, if it must."""
        self.looks += SAMPLED
        self.ns += ns * SAMPLED
        self.window_ns += min(ns, MAX_SINGLE_NS) * SAMPLED
        if self.window_ns > MAX_WINDOW_NS:
            return f"it took more than {MAX_WINDOW_NS / 1e9:g} s for the last {WINDOW} events"
        return None

    def hit(self, at_ns: int | None) -> str | None:
        """Count one match at that time of the events; why the rule must stop, if it must."""
        self.hits += 1
        if at_ns is None:
            return None
        if self.flood_from is None or not 0 <= at_ns - self.flood_from < FLOOD_NS:
            self.flood_from, self.flood_hits = at_ns, 0
        self.flood_hits += 1
        if self.flood_hits > FLOOD:
            return f"it matched more than {FLOOD} times within {FLOOD_NS // 1_000_000_000} s"
        return None
