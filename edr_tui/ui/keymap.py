"""What [keys] of the configuration changes: checked against the registry before Textual gets it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import NamedTuple

from textual.keys import Keys

from edr_tui.tomlfile import shown
from edr_tui.ui.actions import (
    ACTIONS,
    BY_ID,
    LISTS,
    PANES,
    Action,
    Context,
    Keymap,
    canonical,
    key_cap,
    keys_of,
)


class Remapped(NamedTuple):
    """The user's keys for App.set_keymap, and a sentence for each that is not taken."""

    keymap: dict[str, str]
    faults: tuple[str, ...]


def keymap_from(keys: Mapping[str, str]) -> Remapped:
    """The keymap that [keys] of the configuration asks for; where that is wrong, the default stays."""
    keymap: dict[str, str] = {}
    faults: list[str] = []
    for name, wanted in keys.items():
        place = f"[keys] {shown(name)}"
        if (action := BY_ID.get(name)) is None:
            close = difflib.get_close_matches(name[:40], BY_ID, n=1)
            advice = f"did you mean {close[0]}?" if close else "docs/keys.md lists them"
            faults.append(f"{place}: is not an action: {advice}")
        elif action.fixed:
            faults.append(f"{place}: has keys that cannot be changed")
        elif wrong := [part for part in _split(wanted) if not _is_key(part)]:
            faults.append(f"{place}: {shown(repr(wrong[0]))} is not a key, such as x, f5 or ctrl+x")
        else:
            keymap[name] = ",".join(_split(wanted))
    while clashes := _clashes(keymap):
        for name, fault in clashes.items():
            del keymap[name]
            faults.append(fault)
    return Remapped(keymap, tuple(faults))


def _split(keys: str) -> list[str]:
    return [_name(part.strip()) for part in keys.split(",")]


def _name(key: str) -> str:
    """Textual's name of a key; characters of the keyboard keep their own, which people recognise."""
    return key if len(key) == 1 else _ALIASES.get(key.lower(), key.lower())


def _is_key(key: str) -> bool:
    if len(key) == 1:
        return key.isprintable() and not key.isspace()
    *modifiers, last = key.split("+")
    if any(modifier not in ("ctrl", "shift", "alt") for modifier in modifiers):
        return False
    # Shift and a letter arrive as the capital.
    return last in _KEY_NAMES or (
        len(last) == 1 and last.isalnum() and {"ctrl", "alt"} & {*modifiers} != set()
    )


_ALIASES = {"esc": "escape", "pgup": "pageup", "pgdn": "pagedown", "del": "delete", "return": "enter"}
_KEY_NAMES = frozenset(key.value for key in Keys if "+" not in key.value and "<" not in key.value) | {
    "comma",
    "question_mark",
}


def _clashes(keymap: Keymap) -> dict[str, str]:
    """Changed actions whose key means something else in one of their places -> the sentence."""
    clashes: dict[str, str] = {}
    for context in LISTS:
        taken: dict[str, list[Action]] = {}
        for action in ACTIONS:
            if _works(action, context):
                for key in keys_of(action, keymap):
                    taken.setdefault(canonical(key), []).append(action)
        for actions in taken.values():
            for action in actions:
                others = [other for other in actions if other.id != action.id]
                if others and action.id in keymap:
                    clashes.setdefault(action.id, _clash(action, others[0], keymap))
    return clashes


def _works(action: Action, context: Context) -> bool:
    """Whether an action answers there: a screen of its own hides the main screen's keys."""
    return context in action.contexts or (
        Context.APP in action.contexts and (context in PANES or action.priority)
    )


def _clash(action: Action, other: Action, keymap: Keymap) -> str:
    theirs = {canonical(key) for key in keys_of(other, keymap)}
    key = next(key for key in keys_of(action, keymap) if canonical(key) in theirs)
    return f"[keys] {action.id}: {shown(repr(key_cap(key)))} is {other.id} already ({other.where})"
