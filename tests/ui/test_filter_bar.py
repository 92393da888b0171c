"""The bar: what it tells while typing, where the caret stands, and what it never lets in."""

from __future__ import annotations

from textual.events import Paste
from textual.widgets import Input

from edr_tui.ui.actions import Context
from edr_tui.ui.widgets.filter_bar import FilterBar, fault_content
from tests.ui.hosts import Host, check, lines


class Listening(Host):
    def __init__(self, bar: FilterBar) -> None:
        super().__init__(bar)
        self.bar = bar
        self.heard: list[tuple[str, ...]] = []

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        assert message.bar is self.bar
        self.heard.append(("changed", message.text))

    def on_filter_bar_kept(self, message: FilterBar.Kept) -> None:
        self.heard.append(("kept", message.text))

    def on_filter_bar_cancelled(self, message: FilterBar.Cancelled) -> None:
        self.heard.append(("cancelled",))


def listening() -> Listening:
    return Listening(FilterBar("filter", check))


async def test_it_is_hidden_until_it_is_opened_and_takes_the_keys_then() -> None:
    app = listening()
    async with app.run_test() as pilot:
        assert not app.bar.display
        app.bar.open("user:root", "processes")
        await pilot.pause()
        assert app.bar.display
        assert app.focused is app.bar.query_one(Input)
        assert lines(app)[0] == " filter processes user:root"
        assert app.heard == [], "opening is not a change"
        await pilot.press("x")
        assert app.heard == [("changed", "user:rootx")]


async def test_what_is_right_is_told_and_what_is_wrong_is_shown_under_its_place() -> None:
    app = listening()
    async with app.run_test(size=(120, 10)) as pilot:
        app.bar.open("", "processes")
        await pilot.press(*"user:r")
        await pilot.pause()
        assert app.heard == [("changed", text) for text in ("u", "us", "use", "user", "user:r")]
        await pilot.press("backspace")
        await pilot.pause()
        typed, below = lines(app)[:2]
        assert typed == " filter processes user:"
        assert below.index("^") == len(typed), "under the place after the colon, where a name is wanted"
        assert below.endswith("^ user: wants a name, such as user:www-data")
        assert app.bar.has_class("-wrong")
        await pilot.press(*"root")
        await pilot.pause()
        assert "^" not in lines(app)[1]
        assert not app.bar.has_class("-wrong")


async def test_the_caret_counts_cells_and_follows_the_scrolled_text() -> None:
    app = listening()
    async with app.run_test(size=(60, 10)) as pilot:
        app.bar.open("日本 level:zz")
        await pilot.pause()
        typed, below = lines(app)[:2]
        assert below.index("^") == len(" filter 日日本本 level:")
        app.bar.open("curl " * 40 + "level:zz")
        await pilot.pause()
        await pilot.pause()
        typed, below = lines(app)[:2]
        assert typed[below.index("^") :] == "zz"


async def test_a_place_that_is_scrolled_away_is_marked_at_the_edge() -> None:
    app = listening()
    async with app.run_test(size=(60, 10)) as pilot:
        app.bar.open("level:zz " + "curl " * 40)
        await pilot.pause()
        await pilot.pause()
        assert lines(app)[1].index("^") == 1


async def test_enter_keeps_what_is_right() -> None:
    app = listening()
    async with app.run_test() as pilot:
        app.bar.open("sh")
        await pilot.press("enter")
        assert app.heard == [("kept", "sh")]
        assert not app.bar.display


async def test_enter_does_not_keep_what_is_wrong() -> None:
    app = listening()
    async with app.run_test() as pilot:
        app.bar.open("level:zz")
        await pilot.press("enter")
        assert app.heard == []
        assert app.bar.display
        assert app.bar.fault is not None


async def test_escape_gives_up() -> None:
    app = listening()
    async with app.run_test() as pilot:
        app.bar.open("")
        await pilot.press("x", "escape")
        assert app.heard == [("changed", "x"), ("cancelled",)]
        assert not app.bar.display


async def test_keys_of_the_panes_are_letters_here() -> None:
    app = listening()
    async with app.run_test() as pilot:
        app.bar.open("")
        await pilot.press("q", "p", "?", "a")
        assert app.bar.text == "qp?a"


async def test_a_paste_brings_nothing_that_cannot_be_seen() -> None:
    app = listening()
    async with app.run_test() as pilot:
        app.bar.open("\x1b[2Jopen\u202e")
        assert app.bar.text == "[2Jopen"
        await pilot.pause()
        app.bar.query_one(Input).post_message(Paste("a\x1b]0;title\x07b\u200bc"))
        await pilot.pause()
        assert app.bar.text == "[2Jopena]0;titlebc"


async def test_the_tally_stands_at_the_right() -> None:
    app = listening()
    async with app.run_test(size=(80, 10)) as pilot:
        app.bar.open("sh")
        app.bar.tell("3 of 17")
        await pilot.pause()
        assert lines(app)[0].endswith("3 of 17")
        assert len(lines(app)[0]) == 79
        app.bar.open("sh")
        await pilot.pause()
        assert "17" not in lines(app)[0]


async def test_markup_is_text() -> None:
    app = listening()
    async with app.run_test(size=(100, 10)) as pilot:
        app.bar.open("level:[/]", "[b]x[/b]")
        app.bar.tell("[red]")
        await pilot.pause()
        await pilot.pause()
        assert "filter [b]x[/b] level:[/]" in lines(app)[0]
        assert lines(app)[0].endswith("[red]")
        assert "'[/]' is not a level" in "".join(lines(app)[1:3])


async def test_no_size_is_too_small() -> None:
    app = listening()
    async with app.run_test(size=(60, 10)) as pilot:
        app.bar.open("level:zz")
        for size in ((1, 1), (2, 3), (8, 2), (500, 100)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert app.bar.text == "level:zz"


def test_its_context_is_its_word() -> None:
    assert FilterBar("filter", check).context is Context.FILTER
    assert FilterBar("search", check).context is Context.SEARCH


def test_the_sentence_stands_where_there_is_room() -> None:
    assert fault_content("wrong", 2, 20).plain == "  ^ wrong"
    assert fault_content("wrong", 14, 20).plain == "        wrong ^"
    assert fault_content("a long sentence", 10, 20).plain == "          ^\na long sentence"
    assert fault_content("wrong", 99, 20).plain == "             wrong ^"
    assert fault_content("wrong", -3, 20).plain == "^ wrong"
    assert fault_content("wrong", 3, 0).plain == "^\nwrong"
