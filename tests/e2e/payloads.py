"""What an attacker writes into names, arguments and paths: catalogue A of the threats that we plan for."""

from __future__ import annotations

import re

ESC, BEL, ST = "\x1b", "\x07", "\x1b\\"

# Steers a terminal if it gets there: each must arrive as text.
SEQUENCES = {
    "clear screen": f"{ESC}[2J{ESC}[H",
    "cursor to the corner": f"{ESC}[1;1H",
    "colour": f"{ESC}[31;1mred{ESC}[0m",
    "title by OSC 0": f"{ESC}]0;owned{BEL}",
    "title by OSC 2": f"{ESC}]2;owned{ST}",
    "clipboard write": f"{ESC}]52;c;cm0gLXJmIH4K{BEL}",
    "clipboard read": f"{ESC}]52;c;?{BEL}",
    "link": f"{ESC}]8;;http://203.0.113.7/{ST}here{ESC}]8;;{ST}",
    "notification": f"{ESC}]9;hello{BEL}",
    "rxvt notification": f"{ESC}]777;notify;a;b{BEL}",
    "iterm": f"{ESC}]1337;File=inline=1:AAAA{BEL}",
    "colour query": f"{ESC}]10;?{BEL}{ESC}]11;?{BEL}",
    "device control": f'{ESC}P$q"p{ST}',
    "sixel": f"{ESC}Pq#0;2;0;0;0#0~~{ST}",
    "kitty graphics": f"{ESC}_Ga=T,f=24;AAAA{ST}",
    "privacy message": f"{ESC}^secret{ST}",
    "start of string": f"{ESC}Xsecret{ST}",
    "attributes query": f"{ESC}[c",
    "secondary query": f"{ESC}[>c",
    "status query": f"{ESC}[5n",
    "cursor query": f"{ESC}[6n",
    "size query": f"{ESC}[18t",
    "mode query": f"{ESC}[?2026$p",
    "leave the screen": f"{ESC}[?1049l",
    "hide the cursor": f"{ESC}[?25l",
    "mouse off": f"{ESC}[?1000l{ESC}[?1003l",
    "paste off": f"{ESC}[?2004l",
    "hold output": f"{ESC}[?2026h",
    "scroll region": f"{ESC}[2;3r",
    "insert mode": f"{ESC}[4h",
    "alternate letters": f"{ESC}(0lqqk",
    "reset": f"{ESC}c",
    "keypad": f"{ESC}=",
    "kitty keys": f"{ESC}[>31u",
    "window size": f"{ESC}[8;10;10t",
    "print": f"{ESC}[5i",
    "unterminated OSC": f"{ESC}]0;swallow",
    "unterminated DCS": f"{ESC}Pswallow",
    "unterminated CSI": f"{ESC}[",
    "a lone escape": ESC,
    "C1 CSI": "\u009b2J",
    "C1 OSC": "\u009d0;owned\u009c",
    "C1 others": "\u0084\u0085\u008d\u0090\u0098\u009e\u009f",
    "bytes of C1": "\udc9b31m\udc9d0;x\udc9c",
    "bell and backspace": "\x07\x08\x08",
    "returns": "a\r\nb\rc\n",
    "tab and others": "\ta\x0bb\x0cc\x0e\x0fd\x7f\x01",
    "separators": "a\x1cb\x1dc\x1ed\x1fe\u2028f\u2029g",
}

# Hides, reorders or shifts what stands beside it.
TRICKS = {
    "right to left": "\u202etxt.exe\u202c",
    "left to right": "\u202dabc",
    "isolates": "\u2066a\u2067b\u2068c\u2069\u200e\u200f\u061c",
    "zero width": "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg",
    "tags": "\U000e0041\U000e0042\U000e007f",
    "blank letters": "\u3164\u2800\u115f\u1160\uffa0",
    "odd blanks": "a\u00a0b\u2003c\u3000d",
    "variation selectors": "\u2764\ufe0fa\ufe0e\U000e0100",
    "bytes": "\udcff\udcfe\udc80",
    "lone surrogates": "\ud800\udfff",
    "unassigned": "\u0378\U000f0000\uffff\ue000",
}

# Odd to lay out: each must take as many cells as we reckon.
SHAPES = {
    "zalgo": "z" + "\u0300\u0301\u0302\u0316\u0317" * 400,
    "marks first": "\u0301\u0301leading",
    "wide": "\u4e2d\u6587\u5b57\u7b26\u30c6\u30b9\u30c8",
    "fullwidth": "\uff26\uff35\uff2c\uff2c",
    "halfwidth": "\uff76\uff9e",
    "emoji": "\U0001f600\U0001f40d\u2615",
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "flags": "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7",
    "skin": "\U0001f44d\U0001f3ff",
    "keycap": "1\ufe0f\u20e3",
    "hangul": "\u1112\u1161\u11ab\ud55c\uae00",
    "thai": "\u0e01\u0e33\u0e19\u0e49\u0e33",
    "devanagari": "\u0915\u094d\u0937\u093f",
    "arabic": "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "hebrew": "\u05e9\u05dc\u05d5\u05dd",
    "ambiguous": "\u00a7\u00b1\u2460\u25a0\u2605",
    "homoglyph": "\u0455shd",
    "boxes": "\u2502\u2500\u256d\u2588",
}

# Means something to a library that reads markup.
MARKUP = {
    "style": "[red]x[/red]",
    "closing": "[/]",
    "wrong closing": "[/nope]",
    "action": "[@click=app.quit]x[/]",
    "screen action": "[@click=screen.acknowledge_all()]x",
    "link": "[link=http://203.0.113.7/]x[/link]",
    "colour": "[#ff0]x",
    "on": "[on red]x",
    "variable": "[$error]x",
    "trailing backslash": "x\\",
    "escaped bracket": "\\[red]",
    "kernel thread": "[kworker/0:1]",
    "glob": "ls [a-z]*",
    "emoji code": ":smile:",
    "unclosed": "[red",
    "template": "{0} %s $x ${y}",
}

PAYLOADS: dict[str, str] = {
    f"{family}: {name}": text
    for family, payloads in (
        ("sequence", SEQUENCES),
        ("trick", TRICKS),
        ("shape", SHAPES),
        ("markup", MARKUP),
    )
    for name, text in payloads.items()
}

# What our own program may write to a terminal, besides what can be seen.
_OURS = re.compile(
    rb"\x1b\[[0-9;]*m"  # colours
    rb"|\x1b\[\d+;\d+H"  # cursor to
    rb"|\x1b\[\?(?:1049|1000|1003|1015|1006|1004|2004|2048|25|7)[hl]"  # modes, at the beginning and the end
    rb"|\x1b\[>\d+u|\x1b\[<u"  # kitty's keyboard, on and off
    rb"|\x1b\[\?20(?:26|48)\$p"  # which modes are there?
    rb"|\x1b\]22;[a-z-]*\x07"  # the shape of the pointer
    rb"|\r?\n"
)
_SETTING = re.compile(rb"\x1b\[\?\d+[hl]|\x1b\[>\d+u|\x1b\[<u|\x1b\[\?\d+\$p")


def foreign(raw: bytes) -> list[str]:
    """What of the bytes for a terminal is neither ours nor plainly visible, with what stands around it."""
    found = []
    for part in _OURS.split(raw):
        text = part.decode("utf-8", "backslashreplace")
        found += [
            f"{character!r} in {text[max(at - 30, 0) : at + 30]!r}"
            for at, character in enumerate(text)
            if not character.isprintable() or character in "\u115f\u1160\u3164\uffa0\u2800"
        ]
    return found


def settings(raw: bytes) -> list[bytes]:
    """The terminal's modes that were asked for or changed, in order."""
    return _SETTING.findall(raw)
