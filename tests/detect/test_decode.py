"""Encoded commands, found as PowerShell finds them."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.detect import Subject
from edr_tui.detect.decode import decoded_command
from tests.detect.building import process

SCRIPT = "Get-Process | Out-Null"
BASE64 = base64.b64encode(SCRIPT.encode("utf-16-le")).decode()

PREFIXES = ["encodedcommand"[:length] for length in range(1, 15)] + ["ec"]
DASHES = ["-", "/", "--", "\u2013", "\u2014", "\u2015", "-\u2014"]


@pytest.mark.parametrize("dash", DASHES)
@pytest.mark.parametrize("switch", PREFIXES)
def test_every_abbreviation_with_every_dash(switch, dash):
    for spelling in (switch, switch.upper(), switch.title()):
        assert decoded_command(f"powershell.exe {dash}{spelling} {BASE64}") == SCRIPT


@pytest.mark.parametrize(
    "command_line",
    [
        f'"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe" -enc {BASE64}',
        f'"C:\\Program Files\\PowerShell\\7\\pwsh.exe" -NoLogo -e "{BASE64}"',
        f"POWERSHELL -NoP -NonI -W Hidden -Exec Bypass -ENC {BASE64}",
        f"powershell -ep bypass -ec {BASE64}",
        f"powershell -version 2 -e {BASE64}",
        f"powershell -wd C:\\ -o Text -inp None -sta -e {BASE64}",
        f'powershell "-enc" "{BASE64}"',
        f'powershell -e"nc" {BASE64}',
        f"cmd.exe /c powershell -enc {BASE64}",
        f'cmd.exe /c "powershell.exe -enc {BASE64}"',
        f"cmd /c pow^ershell -e^nc {BASE64}",
        f"/usr/bin/pwsh -e {BASE64}",
        f"sh -c 'pwsh -enc {BASE64}'",
        f"powershell -enc {BASE64.rstrip('=')}",
        f"powershell   -enc   {BASE64}   -noexit",
    ],
)
def test_ways_to_write_it(command_line):
    assert decoded_command(command_line) == SCRIPT


@pytest.mark.parametrize(
    "command_line",
    [
        "powershell",
        "powershell.exe -e",
        f"powershell -ExecutionPolicy {BASE64}",
        f"powershell -ex {BASE64}",
        f"powershell -ep {BASE64}",
        f"powershell -ea {BASE64}",
        f"powershell -encodedarguments {BASE64}",
        f"powershell -encodedcommandx {BASE64}",
        f"powershell -Command Get-Item -e {BASE64}",
        f"powershell -c x -enc {BASE64}",
        f"powershell -File a.ps1 -enc {BASE64}",
        f"powershell -f a.ps1 -enc {BASE64}",
        f"powershell a.ps1 -enc {BASE64}",
        "powershell -e C:\\Scripts\\a.ps1",
        "powershell -e ./a.ps1",
        "powershell -e abc",
        "powershell -e short",
        f"notepad -enc {BASE64}",
        f"powershellx.exe -enc {BASE64}",
        f"-enc {BASE64}",
        "",
    ],
)
def test_what_is_no_encoded_command(command_line):
    assert decoded_command(command_line) is None


def test_a_renamed_powershell_is_known_by_its_original_file_name():
    args = ("C:\\Users\\ana\\up dater.exe", "-w", "hidden", "-enc", BASE64)
    renamed = process(
        "up dater.exe",
        args[0],
        " ".join(args),
        args=args,
        original_file_name="PowerShell.EXE",
    )
    (value,) = Subject(renamed, (), "windows").values("CommandLineDecoded")
    assert value.text == SCRIPT
    assert value.entity_id == "e9"
    other = process("up dater.exe", args[0], " ".join(args), args=args)
    assert Subject(other, (), "windows").values("CommandLineDecoded") is None


def test_text_that_is_not_utf16_is_shown_as_what_was_meant():
    plain = base64.b64encode(b"whoami /all").decode()
    assert decoded_command(f"powershell -e {plain}") == "whoami /all"


def test_a_short_command():
    assert decoded_command("powershell -e dwA=") == "w"


def test_a_cut_argument_gives_what_is_left():
    assert decoded_command(f"powershell -e {BASE64[:-5]}") == SCRIPT[: len(BASE64[:-5]) * 3 // 8]


@given(st.text(min_size=4))
def test_every_text_comes_back(script):
    content = script.encode("utf-16-le", "surrogatepass")
    expected = content.decode("utf-16-le", "replace")
    if content.isascii() and b"\0" not in content:
        expected = content.decode("ascii")  # two bytes a character that spell ASCII: shown as such
    assert decoded_command(f"powershell -e {base64.b64encode(content).decode()}") == expected


@given(st.text(), st.lists(st.text()))
def test_no_command_line_makes_it_fail(command_line, arguments):
    decoded_command(command_line, arguments)
    decoded_command(f"powershell {command_line}", arguments)


def test_padding_does_not_hide_an_encoded_command():
    assert decoded_command(f"pwsh {' ' * 40_000} -enc {BASE64}") is not None
    assert decoded_command(f"pwsh -enc {BASE64} {' ' * 40_000}") is not None
