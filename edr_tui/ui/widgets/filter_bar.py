"""The bar in which a filter or a search is typed: what is wrong with it stands below, under its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from edr_tui.model.printable import runs
from edr_tui.query import QueryError
from edr_tui.ui.actions import Context, bindings_for

Check = Callable[[str], QueryError | None]

LONGEST = 4_096  # characters; nobody types more, but a paste may be anything
_HINT = "a text   name:ssh*   user:root   level:>=medium   -word   and or not ( )"


class FilterBar(Vertical):
    """Hidden until open() is called; it hides itself when the text is kept or given up.

    word: what it does, its first word. check: what is wrong with a text, None if nothing is.
    """

    DEFAULT_CSS = """
    FilterBar { display: none; height: auto; width: 100%; padding: 0 1; background: $surface; }
    FilterBar > Horizontal { height: 1; }
    FilterBar .prompt { width: auto; padding: 0 1 0 0; color: $primary; text-style: bold; }
    FilterBar.-wrong .prompt { color: $error; }
    FilterBar Input, FilterBar Input:focus { width: 1fr; background: $surface; background-tint: transparent; }
    FilterBar .tally { width: auto; padding: 0 0 0 1; color: $muted; }
    FilterBar .below { height: auto; min-height: 1; max-height: 3; color: $muted; }
    FilterBar.-wrong .below { color: $error; }
    """

    # The search bar answers to the same keys.
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.FILTER)]

    class Changed(Message):
        """The text has changed, and is right."""

        def __init__(self, bar: FilterBar, text: str) -> None:
            super().__init__()
            self.bar = bar
            self.text = text

    class Kept(Changed):
        """The text was kept with Enter; the bar is gone."""

    class Cancelled(Message):
        """The bar was left with Esc: what was before it has to be put back."""

        def __init__(self, bar: FilterBar) -> None:
            super().__init__()
            self.bar = bar

    def __init__(self, word: Literal["filter", "search"], check: Check, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.context = Context.FILTER if word == "filter" else Context.SEARCH
        self._word = word
        self._check = check
        self._fault: QueryError | None = None
        self._before: Widget | None = None
        self._prompt = Static(markup=False, classes="prompt")
        self._input = PlainInput(compact=True, select_on_focus=False, max_length=LONGEST)
        self._tally = Static(markup=False, classes="tally")
        self._below = Static(markup=False, classes="below")

    def compose(self) -> ComposeResult:
        """The line that is typed in, and one below for its fault."""
        with Horizontal():
            yield self._prompt
            yield self._input
            yield self._tally
        yield self._below

    @property
    def text(self) -> str:
        """What stands in the bar."""
        return self._input.value

    @property
    def fault(self) -> QueryError | None:
        """What is wrong with it."""
        return self._fault

    def open(self, text: str = "", what: str = "") -> None:
        """Show the bar with a text to begin with, and take the keys. what: which things it is about."""
        self.display = True
        self._prompt.update(Content(f"{self._word} {what}".strip()))
        self.tell("")
        with self.prevent(Input.Changed):
            self._input.value = _plain(text)
        self._judge()
        # At once: what is typed in the same moment is meant for here.
        if self.screen.focused is not self._input:
            self._before = self.screen.focused
        self.screen.set_focus(self._input)
        # It can scroll to its cursor only when it has a place on the screen.
        self.call_after_refresh(self._to_the_end)

    def _to_the_end(self) -> None:
        self._input.cursor_position = 0
        self._input.cursor_position = len(self.text)
        self._show()

    def tell(self, tally: str) -> None:
        """How much was found, at the right end: 3 of 17."""
        self._tally.update(Content(tally))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._judge()
        if self._fault is None:
            self.post_message(self.Changed(self, self.text))

    def action_keep_filter(self) -> None:
        """Keep the text, if it is right; else it stays, with its fault."""
        self._judge()
        if self._fault is None:
            self._leave()
            self.post_message(self.Kept(self, self.text))

    def action_cancel_filter(self) -> None:
        """Leave the bar."""
        self._leave()
        self.post_message(self.Cancelled(self))

    def _leave(self) -> None:
        """Hide, and give the keys back to who had them."""
        self.display = False
        self.screen.set_focus(self._before)

    def leave(self) -> None:
        """The keys went elsewhere: a right text is kept, a wrong one given up."""
        if self.display:
            self._judge()
            (self.action_keep_filter if self._fault is None else self.action_cancel_filter)()

    def on_resize(self) -> None:
        """The fault follows its place."""
        self._show()

    def _judge(self) -> None:
        self._fault = self._check(self.text)
        self.set_class(self._fault is not None, "-wrong")
        # The input scrolls, and is laid out for the first time, only after this.
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        if self._fault is None:
            self._below.update(Content("" if self.text else _HINT))
            return
        scrolled = self._input.scroll_offset.x
        before = cell_len(self.text[: self._fault.column - 1])
        left = self._input.content_region.x - self._below.content_region.x
        width = self._below.content_region.width
        self._below.update(fault_content(self._fault.reason, left + before - scrolled, width))


class PlainInput(Input, inherit_bindings=False):
    """An input that takes only what can be seen: a paste may hold escape sequences. Enter is its bar's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in Input.BINDINGS if isinstance(binding, Binding) and binding.key != "enter"
    ]

    def replace(self, text: str, start: int, end: int) -> None:
        """Put the printable part of a text in the place of another."""
        super().replace(_plain(text), start, end)


def _plain(text: str) -> str:
    return "".join(part for part, escaped in runs(text) if not escaped)


def fault_content(reason: str, cell: int, width: int) -> Content:
    """A caret under its place with the sentence beside it, or below where there is no room.

    cell: of the caret, from the left edge; beyond an edge it stands at that edge.
    """
    cell = max(0, min(cell, width - 1))
    needed = cell_len(reason) + 1
    caret = ("^", "bold")
    if cell + 1 + needed <= width:
        return Content.assemble(" " * cell, caret, " ", reason)
    if needed <= cell:
        return Content.assemble(" " * (cell - needed), reason, " ", caret)
    return Content.assemble(" " * cell, caret, "\n", reason)
