"""The registry: no key twice in one place, nothing of later work, and everything else comes from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input

from edr_tui.ui.actions import (
    ACTIONS,
    BY_ID,
    PANES,
    Context,
    bindings_for,
    footer_for,
    key_cap,
    keys_of,
    method_names,
)
from edr_tui.ui.key_help import help_groups, keys_markdown
from edr_tui.ui.keymap import keymap_from

DOCS = Path(__file__).parents[2] / "docs"
# What interface.md gives to later work.
LATER = {
    "x",
    "c",
    "m",
    "M",
    "t",
    "F",
    "s",
    "I",
    "K",
    "H",
    "f6",
    "ctrl+s",
}


def keys_in(context: Context) -> list[str]:
    return [key for action in ACTIONS if context in action.contexts for key in action.keys]


@pytest.mark.parametrize("pane", PANES)
def test_a_key_means_one_thing_in_a_pane(pane: Context) -> None:
    keys = keys_in(pane) + keys_in(Context.APP)
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("context", [context for context in Context if context not in PANES])
def test_a_key_means_one_thing_elsewhere(context: Context) -> None:
    keys = keys_in(context)
    assert keys
    assert len(keys) == len(set(keys))


def test_keys_of_later_work_are_not_bound() -> None:
    assert not LATER & {
        key for context in (*PANES, Context.APP, Context.ANCESTRY) for key in keys_in(context)
    }


@pytest.mark.parametrize(
    ("context", "keys"),
    [
        (
            Context.TREE,
            "up k down j left h right l space + - * _ U { } home g end G pageup pagedown ctrl+u ctrl+d "
            "enter [ ] a i y Y alt+y",
        ),
        (Context.ALERTS, "up k down j home g end G pageup pagedown ctrl+u ctrl+d a A o enter i y Y alt+y"),
        (
            Context.APP,
            "1 2 3 4 5 6 7 f9 J f \\ f4 / f3 n N e E w W r R p Z tab shift+tab ? f1 q f10 ctrl+c escape L "
            "ctrl+p : T f2",
        ),
    ],
)
def test_the_keys_that_were_asked_for(context: Context, keys: str) -> None:
    assert sorted(keys_in(context)) == sorted(keys.split())


def test_k_moves_and_escape_never_quits() -> None:
    assert all(action.id == "cursor-up" for action in ACTIONS if "k" in action.keys)
    quitting = [action for action in ACTIONS if action.id in ("quit", "interrupt")]
    assert len(quitting) == 2
    assert not any("escape" in action.keys for action in quitting)


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(ACTIONS)


def test_only_what_may_be_remapped_has_a_binding_id() -> None:
    for context in Context:
        for binding in bindings_for(context):
            fixed = binding.id is None
            action = next(each for each in ACTIONS if each.method == binding.action.removeprefix("screen."))
            assert action.fixed is fixed
    # A remapped key that works while typing would make that letter impossible to type.
    assert all(action.fixed for action in ACTIONS if action.priority)


class Recorder(App[None], inherit_bindings=False):
    """Presses land in `done`; every action of the context is there."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.done: list[str] = []
        self._place = context

    def get_default_screen(self) -> Screen[None]:
        done = self.done

        class Main(Screen[None], inherit_bindings=False):
            BINDINGS = bindings_for(self._place)

        for name in method_names([self._place]):
            setattr(Main, name, lambda _, name=name: done.append(name))
        return Main()


@pytest.mark.parametrize("context", list(Context))
async def test_every_key_calls_its_action(context: Context) -> None:
    app = Recorder(context)
    async with app.run_test() as pilot:
        for action in ACTIONS:
            for key in action.keys if context in action.contexts else ():
                app.done.clear()
                await pilot.press(key)
                assert app.done == [f"action_{action.method}"], key


async def test_a_remapped_key_calls_its_action() -> None:
    app = Recorder(Context.APP)
    keymap, faults = keymap_from({"pause": "x, f5,?", "help": "question_mark,f7"})
    assert faults == (
        "[keys] pause: '?' is help already (everywhere)",
        "[keys] help: '?' is pause already (everywhere)",
    )
    keymap, faults = keymap_from({"pause": "x, f5,?", "help": "f7", "filter": "comma"})
    assert faults == ()
    async with app.run_test() as pilot:
        app.set_keymap(keymap)
        await pilot.press("x", "f5", "?", "f7", ",", "p", "f1", "f")
        assert app.done == ["action_pause"] * 3 + ["action_help", "action_filter"]


class Typing(App[None], inherit_bindings=False):
    BINDINGS = bindings_for(Context.APP)
    done: list[str]

    def compose(self) -> ComposeResult:
        self.done = []
        yield Input()

    def action_quit(self) -> None:  # type: ignore[override]
        self.done.append("quit")

    def action_interrupt(self) -> None:
        self.done.append("interrupt")


async def test_letters_are_typed_and_interrupt_works_all_the_same() -> None:
    app = Typing()
    async with app.run_test() as pilot:
        app.query_one(Input).focus()
        await pilot.press("q", "p", "e", "?", "/", "ctrl+c")
        assert app.query_one(Input).value == "qpe?/"
        assert app.done == ["interrupt"]
        await pilot.press("f10", "ctrl+q")
        assert app.done == ["interrupt", "quit"]


def test_the_footer_of_a_pane_begins_with_its_own_keys_and_ends_with_help() -> None:
    for pane in PANES:
        words = [entry.word for entry in footer_for(pane)]
        assert words[-1] == "help"
    assert [entry.word for entry in footer_for(Context.TREE)][:2] == ["ack", "ancestry"]
    assert [entry.word for entry in footer_for(Context.FILTER)] == ["keep", "restore"]


def test_the_footer_shows_the_users_keys() -> None:
    entry = next(entry for entry in footer_for(Context.TREE, {"pause": "ctrl+x,f5"}) if entry.word == "pause")
    assert (entry.key, entry.cap) == ("ctrl+x", "Ctrl+X")


def test_the_help_holds_every_action_once() -> None:
    shown = [row.action.id for group in help_groups() for row in group.rows]
    assert sorted(shown) == sorted(BY_ID)


def test_docs_keys_is_the_registry() -> None:
    assert (DOCS / "keys.md").read_text(encoding="utf-8") == keys_markdown(), (
        "write it with: python -c 'from edr_tui.ui import key_help; "
        'print(key_help.keys_markdown(), end="")\' > docs/keys.md'
    )


@pytest.mark.parametrize(
    ("key", "cap"),
    [
        ("pageup", "PgUp"),
        ("ctrl+u", "Ctrl+U"),
        ("shift+tab", "Shift+Tab"),
        ("f10", "F10"),
        ("a", "a"),
        ("A", "A"),
    ],
)
def test_keys_are_written_for_people(key: str, cap: str) -> None:
    assert key_cap(key) == cap


def test_all_caps_are_ascii() -> None:
    assert all(key_cap(key).isascii() for action in ACTIONS for key in action.keys)


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ({"pase": "x"}, "[keys] pase: is not an action: did you mean pause?"),
        ({"zzzzzz": "x"}, "[keys] zzzzzz: is not an action: docs/keys.md lists them"),
        ({"interrupt": "x"}, "[keys] interrupt: has keys that cannot be changed"),
        ({"pause": "nonsense"}, "[keys] pause: 'nonsense' is not a key, such as x, f5 or ctrl+x"),
        ({"pause": "x,"}, "[keys] pause: '' is not a key, such as x, f5 or ctrl+x"),
        ({"pause": "shift+x"}, "[keys] pause: 'shift+x' is not a key, such as x, f5 or ctrl+x"),
        ({"pause": "\x1b"}, "[keys] pause: '\\x1b' is not a key, such as x, f5 or ctrl+x"),
        ({"pause": "a"}, "[keys] pause: 'a' is acknowledge already (processes, alerts)"),
        ({"toggle-node": "f"}, "[keys] toggle-node: 'f' is filter already (everywhere)"),
        ({"cursor-up": "i"}, "[keys] cursor-up: 'i' is ancestry already (processes, alerts)"),
        ({"pause": "ctrl+c"}, "[keys] pause: 'Ctrl+C' is interrupt already (everywhere)"),
    ],
)
def test_a_wrong_key_is_a_sentence_and_the_default_stays(keys: dict[str, str], fault: str) -> None:
    keymap, faults = keymap_from(keys)
    assert keymap == {}
    assert list(faults) == [fault]
    assert all(each.isprintable() for each in faults)


def test_keys_may_be_swapped_and_shared_between_panes() -> None:
    assert keymap_from({"pause": "a", "acknowledge": "p"}) == ({"pause": "a", "acknowledge": "p"}, ())
    assert keymap_from({"toggle-node": "o"}).faults == (), "o belongs to the alerts alone"
    assert keymap_from({"quit": "q,PgUp"}).faults != ()
    assert keymap_from({"quit": "q,F12,Ctrl+X"}) == ({"quit": "q,f12,ctrl+x"}, ())


def test_a_key_taken_away_by_a_refused_change_is_found() -> None:
    keymap, faults = keymap_from({"acknowledge": "nonsense", "pause": "a"})
    assert keymap == {}
    assert len(faults) == 2


def test_keys_after_a_change() -> None:
    assert keys_of(BY_ID["pause"]) == ("p", "Z")
    assert keys_of(BY_ID["pause"], {"pause": "x,f5"}) == ("x", "f5")


def test_bindings_keep_the_order_of_the_registry() -> None:
    bindings = bindings_for(Context.ALERTS)
    assert all(isinstance(binding, Binding) for binding in bindings)
    assert [binding.action for binding in bindings if binding.show] == [
        "screen.acknowledge",
        "screen.acknowledge_all",
        "screen.show_states",
        "screen.go_to_process",
        "screen.ancestry",
        "screen.copy_command",
    ]
