"""docs/keys.md, written from the registry of actions."""

from __future__ import annotations

from edr_tui.ui.actions import help_groups


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
