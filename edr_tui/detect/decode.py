"""A PowerShell command line -> the command that its base64 hides, as PowerShell itself finds it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence

from edr_tui.detect.pattern import DASHES, MAX_TEXT, SEAM, seen

_POWERSHELL = frozenset(("powershell", "powershell.exe", "pwsh", "pwsh.exe", "powershell_ise.exe"))
_BASE64 = re.compile(r"[A-Za-z0-9+/]{2,}={0,2}\Z")
_NO_MEANING = str.maketrans("", "", '"^`')  # quotes that Windows takes away, escapes of cmd and PowerShell
_SHORTEST_PROOF = 8  # base64 characters: below, only clean ASCII text counts

# Switches that a value follows, with their shortest form: every abbreviation from there on is the
# switch (MatchSwitch of PowerShell's CommandLineParameterParser).
_WITH_VALUE = (
    ("version", "v"),
    ("psconsolefile", "psc"),
    ("configurationname", "config"),
    ("configurationfile", "configurationfile"),
    ("custompipename", "cus"),
    ("settingsfile", "settings"),
    ("workingdirectory", "wo"),
    ("wd", "wd"),
    ("windowstyle", "w"),
    ("executionpolicy", "ex"),
    ("ep", "ep"),
    ("inputformat", "inp"),
    ("if", "if"),
    ("outputformat", "o"),
    ("of", "o"),
    ("encodedarguments", "encodeda"),
    ("ea", "ea"),
)
_ENCODED = (("encodedcommand", "e"), ("ec", "e"))
_ENDS = (("command", "c"), ("file", "f"), ("commandwithargs", "commandwithargs"), ("cwa", "cwa"))


def decoded_command(command_line: str, arguments: Sequence[str] | None = None) -> str | None:
    """The text of -EncodedCommand, None if the command line gives PowerShell none.

    Takes every abbreviation and every dash that PowerShell takes, also behind cmd /c or the like.
    arguments: those of a program that is known to be PowerShell, under whatever name.
    The text is at most MAX_TEXT characters; a cut argument gives what is left of it.
    """
    if arguments is None and not _names_powershell(command_line):
        return None
    line = seen(command_line).replace(SEAM, " ").translate(_NO_MEANING)
    if arguments is not None:
        words = [argument[:MAX_TEXT].translate(_NO_MEANING) for argument in arguments]
        argument = _encoded_argument(words)
        if argument is not None:
            return _text_of(argument)
    folded = line.lower()
    if "powershell" not in folded and "pwsh" not in folded:
        return None
    words = line.split()
    for number, word in enumerate(words):
        if _program(word) in _POWERSHELL:
            argument = _encoded_argument(words[number + 1 :])
            if argument is not None:
                return _text_of(argument)
    return None


def _names_powershell(line: str) -> bool:
    """Whether the name stands in a line, what has no meaning taken out: most lines end here."""
    folded = line.lower()
    for character in '"^`':
        if character in folded:
            folded = folded.replace(character, "")
    return "powershell" in folded or "pwsh" in folded


def _program(word: str) -> str:
    return word.strip("'(&;|").replace("\\", "/").rpartition("/")[2].lower()


def _encoded_argument(words: list[str]) -> str | None:
    """The value of -EncodedCommand among PowerShell's own switches."""
    position = 0
    while position < len(words):
        switch = _switch(words[position])
        if switch is None or any(_is(switch, *end) for end in _ENDS):
            return None  # from here on it is a script and its arguments
        position += 1
        if any(_is(switch, *encoded) for encoded in _ENCODED):
            return words[position].strip("'") if position < len(words) else None
        if any(_is(switch, name, shortest) for name, shortest in _WITH_VALUE):
            position += 1
    return None


def _switch(word: str) -> str | None:
    """enc for -enc, --enc, /enc; None for a word that is no switch."""
    word = word.strip("'")
    if len(word) < 2 or word[0] not in DASHES:
        return None
    return (word[2:] if word[1] in DASHES else word[1:]).lower()


def _is(switch: str, name: str, shortest: str) -> bool:
    return name.startswith(switch) and len(switch) >= len(shortest) and switch.startswith(shortest)


def _text_of(argument: str) -> str | None:
    if not _BASE64.match(argument):
        return None
    characters = argument.rstrip("=")
    characters = characters[: len(characters) - (len(characters) % 4 == 1)]
    try:
        content = base64.b64decode(characters + "=" * (-len(characters) % 4))
    except binascii.Error:
        return None
    text = content[: len(content) // 2 * 2].decode("utf-16-le", "replace")
    if content.isascii() and b"\0" not in content:
        text = content.decode("ascii")  # not what PowerShell expects; it shows what was meant
        if len(argument) < _SHORTEST_PROOF:
            return None
    elif len(argument) < _SHORTEST_PROOF and not text.isascii():
        return None
    return text[:MAX_TEXT] or None
