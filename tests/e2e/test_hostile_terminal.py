"""What an attacker names reaches the terminal as text, and as nothing else: the bytes are looked at."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from edr_tui.model.printable import printable
from tests.e2e.hostile_story import mark, write_rules, write_story
from tests.e2e.payloads import PAYLOADS, SEQUENCES, SHAPES, foreign, settings
from tests.e2e.terminal import Terminal
from tests.waiting import eventually

ALL = tuple(PAYLOADS.values())
BORDERS = (0, 72, 73, 119)  # of a screen of 120 columns: lists, detail
BODY = (1, 37)  # the rows of the panes on a screen of 40


@pytest.fixture
def hostile(console: Callable[..., Terminal], tmp_path: Path) -> Callable[..., Terminal]:
    """The console on a host where all is hostile; with these payloads or all."""

    def started(*more: str, payloads: tuple[str, ...] = ALL, **options: object) -> Terminal:
        story = write_story(tmp_path / "story", payloads)
        rules = write_rules(tmp_path / "rules", payloads)
        terminal = console("--story", str(story), "--rules", str(rules), *more, **options)
        terminal.see("Processes")
        terminal.see("systemd 1")
        terminal.see(f"{len(payloads) + 1} ─╯")
        return terminal

    return started


def end(terminal: Terminal) -> None:
    """Quit, and look at all that was written: only ours, and no mode touched in between."""
    terminal.press("q")
    assert terminal.wait() == 0
    assert terminal.restored() == []
    raw = bytes(terminal.raw)
    assert foreign(raw) == []
    for number, payload in enumerate(ALL):
        # What could be the beginning of a colour of ours is for foreign() to tell.
        if payload in SEQUENCES.values() and payload not in ("\x1b", "\x1b["):
            assert (mark(number) + payload).encode("utf-8", "surrogateescape") not in raw
    asked = settings(raw)
    middle = raw[raw.index(b"systemd") : raw.rindex(b"systemd")]
    assert settings(middle) == []
    assert asked.count(b"\x1b[?1049h") == asked.count(b"\x1b[?1049l") == 1


def test_tree_and_detail(hostile: Callable[..., Terminal]) -> None:
    terminal = hostile()
    terminal.press("g")
    found: set[int] = set()
    for number in range(len(ALL)):
        terminal.press("j")
        terminal.until(lambda number=number: detail_of(terminal, number))
        assert terminal.edges(BORDERS, *BODY) == [], f"{ALL[number]!r}\n{terminal.text()}"
        found |= marks_seen(terminal)
    # Marks compose with what stands before them, and two surrogates are one character in JSON.
    found |= {
        number for number, payload in enumerate(ALL) if payload in ("\ud800\udfff", SHAPES["marks first"])
    }
    assert found == set(range(len(ALL))), f"not in the tree as text\n{terminal.text()}"
    end(terminal)


def detail_of(terminal: Terminal, number: int) -> bool:
    return mark(number) in terminal.part(3, 74)


def marks_seen(terminal: Terminal) -> set[int]:
    """Which processes stand in the tree with the beginning of their name as it has to be."""
    tree = "\n".join(terminal.lines()[2:26])
    return {
        number
        for number, payload in enumerate(ALL)
        if (mark(number) + printable(payload)[:6]).rstrip() in tree
        or (mark(number) in tree and not printable(payload).isascii())
    }


def test_ancestry(hostile: Callable[..., Terminal]) -> None:
    terminal = hostile()
    terminal.press("G")
    terminal.until(lambda: detail_of(terminal, len(ALL) - 1))
    for number in range(len(ALL) - 1, -1, -16):
        terminal.press("i")
        terminal.see("Ancestry of", mark(number))
        terminal.see("generations")
        terminal.until(lambda: terminal.edges((6, 113), 2, 37) == [], 3)
        terminal.press("escape")
        terminal.see_no("Ancestry of")
        terminal.press(*["k"] * 16)
        terminal.until(lambda number=number: number < 16 or detail_of(terminal, number - 16))
    end(terminal)


def test_alerts(hostile: Callable[..., Terminal]) -> None:
    terminal = hostile()
    terminal.see(f"{len(ALL)} open")
    terminal.press("tab")
    told: set[str] = set()
    for number in range(1, len(ALL)):
        terminal.press("j")
        if number % 6 == 0 or number == len(ALL) - 1:
            left = len(ALL) - 1 - number
            terminal.until(lambda left=left: (f"{left} new" if left else "─ 93 open") in terminal.text())
            assert terminal.edges(BORDERS, *BODY) == [], terminal.text()
            told |= listed(terminal)
    everyone = {mark(number) for number in range(len(ALL))}
    terminal.until(lambda: told | listed(terminal) == everyone)
    terminal.press("f")
    terminal.see("filter alerts")
    terminal.type("rule:m077")
    terminal.press("enter", "A")
    terminal.see("Acknowledge 1 open alert that pass")
    terminal.press("n")
    end(terminal)


def listed(terminal: Terminal) -> set[str]:
    """The marks of the alerts on the screen."""
    return {word for row in range(28, 38) for word in re.findall(r"m\d{3}", terminal.part(row, 0, 72))}


def test_what_is_pasted_into_a_bar(hostile: Callable[..., Terminal]) -> None:
    terminal = hostile()
    for key, word in (("f", "filter processes"), ("/", "search processes")):
        for first in range(0, len(ALL), 8 if key == "f" else 31):
            pasted = "".join(ALL[first : first + 8]).encode("utf-8", "surrogatepass")
            terminal.press(key)
            terminal.see(word)
            terminal.paste(b"name:" + pasted.replace(b"\x1b[201~", b""))
            terminal.see("name:")
            assert terminal.edges(BORDERS, 1, 34) == [], terminal.text()
            terminal.press("escape")
            terminal.see_no(word)
    end(terminal)


def test_the_sensors_last_words(console: Callable[..., Terminal], tmp_path: Path) -> None:
    story = write_story(tmp_path / "story")
    last = tmp_path / "last"
    for name in ("title by OSC 0", "C1 CSI"):
        last.write_bytes(f"words {SEQUENCES[name]} end".encode())
        fake = str(Path(__file__).with_name("fake_sensor.py"))
        command = [sys.executable, "-I", fake, str(story), "--last", str(last), "--code", "1"]
        terminal = console("--sensor", json.dumps(command))
        terminal.see("The sensor has ended and is being started again", "exit code 1: words \\")
        terminal.press("q")
        assert terminal.wait() == 0
        assert foreign(bytes(terminal.raw)) == []
        terminal.close()


def test_faults_of_the_configuration(edr_tui: Callable[..., Terminal], tmp_path: Path) -> None:
    home = tmp_path / "home" / "edr-tui"
    home.mkdir(parents=True, mode=0o700)
    lines = [f'"{json.dumps(payload)[1:-1]}" = 1' for payload in list(PAYLOADS.values())[:6]]
    lines = [line for line in lines if "\\ud" not in line]
    (home / "config.toml").write_text(
        "\n".join([*lines, 'theme = "\\u001b]0;owned\\u0007"', "[keys]", '"[/]" = "x"'])
    )
    (home / "config.toml").chmod(0o600)
    (home / "rules").mkdir(mode=0o700)
    (home / "rules" / "\x1b]0;owned\x07[red].yml").write_text("title: '[/]\n")
    terminal = edr_tui("-i", "1")
    terminal.see("config.toml")
    terminal.see("\\x1b")
    terminal.press("q")
    assert terminal.wait() == 0
    assert foreign(bytes(terminal.raw)) == []


def test_wrong_use_says_it_in_plain_words(open_terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    rules = tmp_path / "given"
    rules.mkdir(mode=0o755)
    (rules / "\x1b]0;owned\x07\u202e.yml").write_text("title: [\x22\\e]0;x\x22\n")
    (rules / "b.yml").write_text(
        'title: "\\e[2J"\nlogsource: {category: process_creation}\n"\\e]0;x\\a": 1\n'
    )
    for arguments in (
        ["--rules", str(rules)],
        ["--filter", "\x1b]0;owned\x07 and ("],
        ["--theme", "\x1b[2J"],
        ["--sensor", "\x1b]52;c;?\x07"],
        ["--config", str(tmp_path / "\x1b[c.toml")],
        ["-i", "\x1b[5n"],
        ["\x1b]0;owned\x07"],
        ["--\x9b2J"],
    ):
        terminal = open_terminal([sys.executable, "-m", "edr_tui", *arguments])
        assert terminal.wait() == 2, arguments
        eventually(lambda terminal=terminal: b"edr-tui" in terminal.raw)
        assert foreign(bytes(terminal.raw)) == [], arguments
        terminal.close()


# Real processes

LIVE = r"""
import ctypes, os, sys, time
libc = ctypes.CDLL(None)
payload = bytes.fromhex(sys.argv[1])
folder = bytes.fromhex(sys.argv[2])
os.chdir(folder)
children = []
for argv, name in eval(sys.stdin.read()):
    pid = os.fork()
    if pid == 0:
        if name is None:
            os.execv(payload, argv)
        libc.prctl(15, name + b"\0")
        time.sleep(60)
        os._exit(0)
    children.append(pid)
print("ready", *children, flush=True)
time.sleep(60)
"""


@pytest.fixture
def live(tmp_path: Path) -> Iterator[list[int]]:
    """Real processes with hostile names, arguments, folders and executables; their pids."""
    folder = str(tmp_path).encode() + b"/cwd\x1b]0;owned\x07\xff"
    Path(folder.decode("utf-8", "surrogateescape")).mkdir()
    program = folder + b"/\x1b[2Jsleep\x9b\xe2\x80\xae"
    sleep = shutil.which("sleep")
    assert sleep is not None
    shutil.copy(sleep, program.decode("utf-8", "surrogateescape"))
    spells = [payload.encode("utf-8", "surrogatepass").replace(b"\0", b"") for payload in ALL]
    arguments = [[spell or b"x", b"60"] for spell in spells]
    arguments.append([b"sleep", b"60", *[b"0"] * 10_000])
    arguments.append([b"long\x1b[2J", b"60", b"0" * 70_000])
    wanted = [(argv, None) for argv in arguments]
    wanted += [
        ([], name[:15]) for name in (b"\x1b[2J\x1b[H", b"\xff\xfe\x9b", b"a) S 1 1 (", b"\n\r\t", b"[/]")
    ]
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", LIVE, program.hex(), folder.hex()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdin is not None
    with child.stdin:
        child.stdin.write(repr(wanted).encode())
    pids = [int(word) for word in child.stdout.readline().split()[1:]]
    assert len(pids) == len(wanted)
    yield pids
    for process in psutil.Process(child.pid).children():
        process.kill()
    child.kill()
    child.wait()
    child.stdout.close()


def test_real_processes(edr_tui: Callable[..., Terminal], live: list[int]) -> None:
    terminal = edr_tui("-i", "0.25", "--filter", " or ".join(f"pid:{pid}" for pid in live[-12:]))
    terminal.see("Processes")
    eventually(lambda: str(live[-1]) in terminal.text())
    terminal.press("G")
    for pid in reversed(live[-12:]):
        terminal.until(lambda pid=pid: f" {pid} " in terminal.part(3, 74))
        assert terminal.edges(BORDERS, *BODY) == [], terminal.text()
        terminal.press("k")
    for pid in live[:: len(live) // 6]:
        terminal.press("escape", "f")
        terminal.see("filter processes")
        terminal.type(f"pid:{pid}")
        terminal.press("enter", "G")
        terminal.until(lambda pid=pid: f" {pid} " in terminal.part(3, 74))
        terminal.press("i")
        terminal.see("Ancestry of")
        terminal.press("escape")
        terminal.see_no("Ancestry of")
    terminal.press("q")
    assert terminal.wait() == 0
    assert foreign(bytes(terminal.raw)) == []


# A terminal that answers


class Tmux:
    """A tmux server of our own with one window."""

    def __init__(self, folder: Path) -> None:
        self.socket = str(folder / "tmux")

    def __call__(self, *arguments: str) -> str:
        command = ["tmux", "-S", self.socket, "-f", "/dev/null", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout

    def screen(self) -> str:
        return self("capture-pane", "-p")

    def see(self, words: str) -> None:
        try:
            eventually(lambda: words in self.screen())
        except AssertionError:
            raise AssertionError(f"{words!r} not seen on\n{self.screen()}") from None


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    if shutil.which("tmux") is None:
        pytest.skip("this needs tmux, a terminal that answers what it is asked")
    tmux = Tmux(tmp_path)
    yield tmux
    subprocess.run(["tmux", "-S", tmux.socket, "kill-server"], capture_output=True, check=False)


def known(tmux: Tmux) -> int:
    """How many processes the title of the tree counts."""
    found = re.search(r"─ ([\d,]+) ─+╯", tmux.screen())
    return int(found[1].replace(",", "")) if found else 0


def test_no_terminal_answers_an_argv(tmux: Tmux, live: list[int], tmp_path: Path) -> None:
    """Under tmux an argv with a query would press keys: tmux answers on the program's standard input."""
    noted = tmp_path / "keys"
    noted.touch()
    root = Path(__file__).resolve().parents[2]
    command = f"cd {root} && XDG_CONFIG_HOME={tmp_path} {sys.executable} -m tests.e2e.console --keys {noted}"
    tmux("new-session", "-d", "-x", "120", "-y", "40", command)
    eventually(lambda: "live" in tmux.screen())
    # A search finds what is there when it is typed: the whole snapshot, whose count stands still then.
    eventually(lambda: known(tmux) == (time.sleep(0.6), known(tmux))[1] > 0)
    tmux("send-keys", "/")
    eventually(lambda: "search processes" in tmux.screen())
    tmux("send-keys", "-l", f"pid:{live[17]}")
    tmux.see(f"sleep\\x9b\\u202e {live[17]}")
    tmux("send-keys", "Enter")
    eventually(lambda: "search processes" not in tmux.screen())
    sent = len("/pid:") + len(str(live[17])) + 1
    for _ in range(30):
        tmux("send-keys", "j")
        sent += 1
        time.sleep(0.03)
    eventually(lambda: len(noted.read_text().splitlines()) >= sent)
    time.sleep(0.5)  # an answer would be on its way
    keys = noted.read_text().splitlines()
    assert len(keys) == sent, keys
    assert "Keys" not in tmux.screen().splitlines()[3]
    assert "Processes" in tmux.screen()
