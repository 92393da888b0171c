"""The registry of actions: what can be done, where, and with which keys.

Bindings, the footer, help and docs/keys.md (ui/key_help.py), the palette and what [keys] of the
configuration may remap (ui/keymap.py) all come from here. An action's method is
action_<id with underscores> on the widget or screen that its context names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from textual.binding import Binding


class Context(StrEnum):
    """Where a key works. The value is how help and documentation call the place."""

    APP = "everywhere"  # bound on the main screen, so that dialogs above it do not get them
    TREE = "processes"
    ALERTS = "alerts"
    DETAIL = "detail"
    ANCESTRY = "ancestry"
    LOG = "session log"
    FILTER = "filter bar"
    SEARCH = "search bar"
    RULES = "rules"
    HELP = "help"
    QUESTION = "question"
    THEMES = "themes"
    PLAIN = "plain view"
    SIGNAL = "signal dialog"


PANES = (Context.TREE, Context.ALERTS, Context.DETAIL)
LISTS = (
    *PANES,
    Context.ANCESTRY,
    Context.LOG,
    Context.RULES,
    Context.HELP,
    Context.THEMES,
    Context.PLAIN,
)


class Group(StrEnum):
    """The headings of the help."""

    MOVE = "Move"
    TREE = "Tree"
    ALERTS = "Alerts"
    COPY = "Copy"
    DETAIL = "Detail"
    FIND = "Find"
    RULES = "Rules"
    GENERAL = "General"
    BARS = "Bars and dialogs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that a key does.

    id: its name in [keys] of the configuration. keys: characters or Textual's names of keys.
    footer: its word in the footer, empty if it has no place there. fixed: not to be remapped.
    priority: works even where text is typed. of_screen: the screen does it, whichever pane has the focus.
    """

    id: str
    keys: tuple[str, ...]
    description: str
    contexts: tuple[Context, ...]
    group: Group
    footer: str = ""
    fixed: bool = False
    priority: bool = False
    of_screen: bool = False

    @property
    def method(self) -> str:
        """The name of the action's method without action_."""
        return self.id.replace("-", "_")

    @property
    def where(self) -> str:
        """The places where it works, for people."""
        return ", ".join(context.value for context in self.contexts)


def _action(
    group: Group,
    id: str,
    keys: str,
    description: str,
    *contexts: Context,
    footer: str = "",
    fixed: bool = False,
    priority: bool = False,
    of_screen: bool = False,
) -> Action:
    """An action; keys are separated by spaces."""
    return Action(
        id=id,
        keys=tuple(keys.split()),
        description=description,
        contexts=contexts,
        group=group,
        footer=footer,
        fixed=fixed,
        priority=priority,
        of_screen=of_screen,
    )


_TREE, _ALERTS, _DETAIL, _APP = PANES[0], PANES[1], PANES[2], Context.APP
_TABS = ("summary", "environment", "files", "network", "limits", "memory", "timeline")

# In the order of the help, and of the footer from left to right.
ACTIONS: tuple[Action, ...] = (
    _action(Group.MOVE, "cursor-up", "up k", "one row up", *LISTS),
    _action(Group.MOVE, "cursor-down", "down j", "one row down", *LISTS),
    _action(Group.MOVE, "page-up", "pageup", "a page up", *LISTS),
    _action(Group.MOVE, "page-down", "pagedown", "a page down", *LISTS),
    _action(Group.MOVE, "half-page-up", "ctrl+u", "half a page up", *LISTS),
    _action(Group.MOVE, "half-page-down", "ctrl+d", "half a page down", *LISTS),
    _action(Group.MOVE, "first", "home g", "to the first row", *LISTS),
    _action(Group.MOVE, "last", "end G", "to the last row", *LISTS),
    _action(Group.MOVE, "next-pane", "tab", "to the next pane", _APP),
    _action(Group.MOVE, "previous-pane", "shift+tab", "to the previous pane", _APP),
    _action(Group.TREE, "step-out", "left h", "collapse, or go to the parent", _TREE),
    _action(Group.TREE, "step-in", "right l", "expand, or go to the first child", _TREE),
    _action(Group.TREE, "toggle-node", "space", "expand or collapse", _TREE),
    _action(Group.TREE, "expand", "+", "expand", _TREE),
    _action(Group.TREE, "collapse", "-", "collapse", _TREE),
    _action(Group.TREE, "expand-all", "*", "expand all", _TREE),
    _action(Group.TREE, "collapse-all", "_", "collapse all", _TREE),
    _action(Group.TREE, "to-parent", "U", "to the parent", _TREE),
    _action(Group.TREE, "previous-sibling", "{", "to the previous sibling", _TREE),
    _action(Group.TREE, "next-sibling", "}", "to the next sibling", _TREE),
    _action(Group.TREE, "history-back", "[", "back to what was selected before", _TREE, of_screen=True),
    _action(Group.TREE, "history-forward", "]", "forward again", _TREE, of_screen=True),
    _action(Group.TREE, "open-detail", "enter", "to its detail", _TREE, of_screen=True),
    _action(
        Group.ALERTS,
        "acknowledge",
        "a",
        "acknowledge, or take it back; in the tree all alerts of the process",
        _TREE,
        _ALERTS,
        footer="ack",
        of_screen=True,
    ),
    _action(
        Group.ALERTS,
        "acknowledge-all",
        "A",
        "acknowledge all listed, after a question",
        _ALERTS,
        footer="ack all",
        of_screen=True,
    ),
    _action(
        Group.ALERTS,
        "show-states",
        "o",
        "show the open ones, or all",
        _ALERTS,
        footer="open/all",
        of_screen=True,
    ),
    _action(
        Group.ALERTS,
        "go-to-process",
        "enter",
        "to its process in the tree",
        _ALERTS,
        footer="process",
        of_screen=True,
    ),
    _action(
        Group.ALERTS,
        "ancestry",
        "i",
        "the ancestry of the selection",
        _TREE,
        _ALERTS,
        footer="ancestry",
        of_screen=True,
    ),
    _action(Group.ALERTS, "next-high", "e", "to the next alert, high or critical", _APP, footer="next alert"),
    _action(Group.ALERTS, "previous-high", "E", "to the previous one", _APP),
    _action(Group.ALERTS, "next-lower", "w", "to the next alert below high", _APP),
    _action(Group.ALERTS, "previous-lower", "W", "to the previous one below high", _APP),
    _action(Group.COPY, "copy-command", "y", "copy the command line", *PANES, footer="copy", of_screen=True),
    _action(Group.COPY, "copy-evidence", "Y", "copy process, alerts, ancestry", *PANES, of_screen=True),
    _action(Group.COPY, "copy-raw", "alt+y", "copy the raw command line", *PANES, of_screen=True),
    _action(Group.COPY, "plain-view", "L", "plain text, for the terminal's own selection", _APP),
    *(
        _action(Group.DETAIL, f"tab-{name}", f"{key}", f"to the tab {name.capitalize()}", _APP)
        for key, name in enumerate(_TABS, 1)
    ),
    _action(Group.DETAIL, "previous-tab", "left h", "to the tab before", _DETAIL, of_screen=True),
    _action(Group.DETAIL, "next-tab", "right l", "to the next tab", _DETAIL, footer="tab", of_screen=True),
    _action(Group.DETAIL, "ask-again", "u", "ask the sensor again", _DETAIL, footer="again", of_screen=True),
    _action(Group.DETAIL, "reveal", "v", "show or mask secrets", _DETAIL, footer="secrets", of_screen=True),
    _action(Group.FIND, "filter", "f \\ f4", "filter the pane", _APP, footer="filter"),
    _action(Group.FIND, "search", "/ f3", "search in the pane", _APP, footer="search"),
    _action(Group.FIND, "search-next", "n", "to the next match", _APP),
    _action(Group.FIND, "search-previous", "N", "to the previous match", _APP),
    _action(Group.GENERAL, "pause", "p Z", "pause the view; the collection goes on", _APP, footer="pause"),
    _action(Group.GENERAL, "palette", "ctrl+p :", "all actions by name", _APP),
    _action(Group.GENERAL, "themes", "T f2", "choose a theme", _APP),
    _action(Group.GENERAL, "signal", "f9", "send the process or its subtree a signal", _APP),
    _action(Group.GENERAL, "session-log", "J", "what was done in this session", _APP),
    _action(Group.GENERAL, "back", "escape", "one step back; never quits", _APP),
    _action(Group.GENERAL, "help", "? f1", "this help", _APP, footer="help"),
    _action(Group.GENERAL, "quit", "q f10", "quit", _APP, footer="quit"),
    _action(Group.RULES, "rules", "r", "the rules: what each found and costs", _APP, footer="rules"),
    _action(Group.RULES, "reload-rules", "R", "load the rules anew", _APP, Context.RULES, of_screen=True),
    _action(
        Group.RULES,
        "switch-rule",
        "space",
        "switch the rule off until the program ends, or on",
        Context.RULES,
        footer="off/on",
        of_screen=True,
    ),
    _action(Group.GENERAL, "interrupt", "ctrl+c", "quit, even while typing", _APP, fixed=True, priority=True),
    _action(Group.BARS, "keep-filter", "enter", "keep the filter", Context.FILTER, footer="keep", fixed=True),
    _action(
        Group.BARS,
        "cancel-filter",
        "escape",
        "put back what was before",
        Context.FILTER,
        footer="restore",
        fixed=True,
    ),
    _action(
        Group.BARS,
        "keep-search",
        "enter",
        "end the search at the match",
        Context.SEARCH,
        footer="stay",
        fixed=True,
    ),
    _action(
        Group.BARS,
        "cancel-search",
        "escape",
        "end it where it began",
        Context.SEARCH,
        footer="go back",
        fixed=True,
    ),
    _action(Group.BARS, "yes", "y enter", "yes, to a question", Context.QUESTION, footer="yes", fixed=True),
    _action(Group.BARS, "no", "n escape", "no, to a question", Context.QUESTION, footer="no", fixed=True),
    _action(
        Group.BARS,
        "other-answer",
        "left right",
        "to the other answer",
        Context.QUESTION,
        fixed=True,
    ),
    _action(Group.BARS, "keep-theme", "enter", "keep it", Context.THEMES, footer="keep", fixed=True),
    _action(Group.BARS, "cancel-theme", "escape q", "undo", Context.THEMES, footer="undo", fixed=True),
    _action(Group.BARS, "close-plain", "escape L q", "close it", Context.PLAIN, footer="close", fixed=True),
    _action(
        Group.BARS, "close-help", "escape ? f1 q", "close the help", Context.HELP, footer="close", fixed=True
    ),
    _action(Group.BARS, "close-log", "escape J q", "close the log", Context.LOG, footer="close", fixed=True),
    _action(
        Group.BARS, "scope", "tab", "the process, or its subtree", Context.SIGNAL, footer="scope", fixed=True
    ),
    _action(Group.BARS, "no-signal", "escape", "send nothing", Context.SIGNAL, footer="cancel", fixed=True),
    _action(
        Group.BARS,
        "close-view",
        "escape i r q",
        "close the ancestry, or the rules",
        Context.ANCESTRY,
        Context.RULES,
        footer="close",
        fixed=True,
        of_screen=True,
    ),
)

BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}

Keymap = Mapping[str, str]
NO_CHANGES: Keymap = {}
# What --read-only takes away.
ACTING = frozenset({"signal", "scope", "no-signal"})


def bindings_for(context: Context) -> list[Binding]:
    """The BINDINGS of the widget or screen of a context. Their ids let App.set_keymap change them."""
    return [
        Binding(
            ",".join(action.keys),
            f"screen.{action.method}" if action.of_screen else action.method,
            action.description,
            show=bool(action.footer),
            priority=action.priority,
            id=None if action.fixed else action.id,
        )
        for action in ACTIONS
        if context in action.contexts
    ]


class FooterEntry(NamedTuple):
    """A key of the footer: the key to press for it, how it is shown, and its word."""

    key: str
    cap: str
    word: str
    action: Action


def footer_for(context: Context, keymap: Keymap = NO_CHANGES) -> tuple[FooterEntry, ...]:
    """The footer of a context: the pane's own keys, those that work everywhere, and help as the last."""
    own = [action for action in ACTIONS if action.footer and context in action.contexts]
    if context in PANES:
        own += [action for action in ACTIONS if action.footer and action.contexts == (Context.APP,)]
    own.sort(key=lambda action: action.id == "help")
    return tuple(
        FooterEntry(key := keys_of(action, keymap)[0], key_cap(key), action.footer, action) for action in own
    )


def keys_of(action: Action, keymap: Keymap = NO_CHANGES) -> tuple[str, ...]:
    """The keys of an action after the user's changes, as Textual names them."""
    changed = keymap.get(action.id)
    return action.keys if changed is None else tuple(changed.split(","))


def canonical(key: str) -> str:
    """One spelling for ? and question_mark: Textual's."""
    return next(iter(Binding.make_bindings([Binding(key, "key")]))).key


_CAPS = {
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "ctrl": "Ctrl",
    "shift": "Shift",
    "question_mark": "?",
    "comma": ",",
}


def key_cap(key: str) -> str:
    """A key as it is written for people, in ASCII: PgUp, Ctrl+U, F10, ?"""
    if len(key) == 1:
        return key
    *modifiers, last = key.split("+")
    named = _CAPS.get(last) or (last.upper() if len(last) == 1 and modifiers else last.capitalize())
    return "+".join([*(_CAPS.get(modifier, modifier.capitalize()) for modifier in modifiers), named])


def method_names(contexts: Iterable[Context]) -> frozenset[str]:
    """The action methods that a widget or screen of these contexts has to have."""
    return frozenset(
        f"action_{action.method}" for action in ACTIONS for context in contexts if context in action.contexts
    )
