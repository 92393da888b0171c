"""The registry of actions told to people: the rows of the help, and docs/keys.md."""

from __future__ import annotations

from typing import NamedTuple

from edr_tui.ui.actions import ACTING, ACTIONS, NO_CHANGES, Action, Group, Keymap, key_cap, keys_of


class HelpRow(NamedTuple):
    """A line of the help: the keys, as people write them, and what they do."""

    caps: tuple[str, ...]
    description: str
    action: Action


class HelpGroup(NamedTuple):
    """A heading of the help and its lines."""

    title: str
    rows: tuple[HelpRow, ...]


def help_groups(keymap: Keymap = NO_CHANGES, read_only: bool = False) -> tuple[HelpGroup, ...]:
    """All actions under their headings; read_only: without those that act on processes."""
    return tuple(
        HelpGroup(
            group.value,
            tuple(
                HelpRow(tuple(map(key_cap, keys_of(action, keymap))), action.description, action)
                for action in ACTIONS
                if action.group is group and not (read_only and action.id in ACTING)
            ),
        )
        for group in Group
    )


def keys_markdown() -> str:
    """docs/keys.md."""
    parts = [_MARKDOWN_HEAD]
    for group in help_groups():
        parts += [f"\n## {group.title}\n\n", "| keys | does | where | action |\n|---|---|---|---|\n"]
        for row in group.rows:
            caps = ", ".join(f"`{cap}`" for cap in row.caps)
            name = "" if row.action.fixed else f"`{row.action.id}`"
            parts.append(f"| {caps} | {row.description} | {row.action.where} | {name} |\n")
    return "".join(parts)


_MARKDOWN_HEAD = """\
# Keys

`?` shows them in the program, the footer those of the pane that has the focus. The mouse works too: a click
selects, a click on a triangle expands or collapses, the wheel scrolls.

Those with an action's name can be changed in [config.toml](config.md): `pause = "x"`, or several,
`pause = "x,f5"`, with a comma as `comma`. A change that would give a key two meanings in one place is told
and not made.
"""
