"""What the sensor has found out about processes, asked for when somebody looks, and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from edr_tui.model.event import RequestAnswered
from edr_tui.model.request import InspectRequest
from edr_tui.ui.asking import Asking

_KEPT = 256  # parts of processes


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One part of an inspection as far as it is known.

    value: of model.inspection, as of at_ns (ns since the epoch). fault: why the last question got no
    value. asked_ns: since when an answer is waited for, None if none is.
    """

    value: object | None = None
    at_ns: int | None = None
    fault: str | None = None
    asked_ns: int | None = None


UNASKED = PartView()


class Inspector:
    """Asks for parts that are wanted, once; refresh() asks again. changed: something new is known."""

    def __init__(self, asking: Asking, changed: Callable[[], None]) -> None:
        self._asking = asking
        self._changed = changed
        self._views: OrderedDict[tuple[str, str], PartView] = OrderedDict()

    def view(self, entity_id: str, part: str) -> PartView:
        """What is known of a part."""
        return self._views.get((entity_id, part), UNASKED)

    def want(self, entity_id: str, part: str, now_ns: int) -> None:
        """Ask for a part of a living process, unless it is known."""
        if self.view(entity_id, part).value is None:
            self.refresh(entity_id, part, now_ns)

    def refresh(self, entity_id: str, part: str, now_ns: int) -> None:
        """Ask for it again; what is known of it stays until the answer comes."""
        view = self.view(entity_id, part)
        if view.asked_ns is not None:
            return
        self._keep(entity_id, part, replace(view, asked_ns=now_ns))
        self._asking.ask(
            lambda id_: InspectRequest(id=id_, entity_id=entity_id, want=(part,)),
            lambda answer, fault: self._answered(entity_id, part, answer, fault),
            now_ns,
        )

    def _answered(self, entity_id: str, part: str, answer: RequestAnswered | None, fault: str | None) -> None:
        view = self.view(entity_id, part)
        found = None if answer is None else answer.inspection
        value = None if found is None else found.part(part)
        if answer is not None and value is not None:
            view = PartView(value=value, at_ns=answer.at_ns)
        else:
            told = fault or (None if found is None else found.faults.get(part))
            view = replace(view, fault=told or "the answer does not tell it", asked_ns=None)
        self._keep(entity_id, part, view)
        self._changed()

    def _keep(self, entity_id: str, part: str, view: PartView) -> None:
        self._views[entity_id, part] = view
        self._views.move_to_end((entity_id, part))
        while len(self._views) > _KEPT:
            self._views.popitem(last=False)
