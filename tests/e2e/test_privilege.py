"""Under sudo only the sensor is root; whatever is killed, the terminal is given back and nothing stays."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from tests.e2e.terminal import EDR_TUI, Terminal, environment
from tests.sensors.test_ebpf_life import exists, programs_of
from tests.sudo import NOBODY, by_sudo, home_of_nobody, needs_root, sudo_environment
from tests.waiting import eventually

pytestmark = needs_root
WITHIN = 8.0


class Parts(NamedTuple):
    supervisor: psutil.Process
    console: psutil.Process
    sensor: psutil.Process


@pytest.fixture
def home() -> Iterator[Path]:
    with home_of_nobody() as folder:
        yield folder


@pytest.fixture
def sudo(open_terminal: Callable[..., Terminal], home: Path) -> Callable[..., Terminal]:
    """Starts edr-tui with these options as sudo would."""

    def started(*arguments: str, **more: str) -> Terminal:
        variables = environment(home, **sudo_environment(**more))
        return open_terminal(by_sudo([*EDR_TUI, *arguments]), env=variables)

    return started


def parts(terminal: Terminal) -> Parts:
    """The three processes, once the screen stands."""
    terminal.see("Processes")
    terminal.see("live")
    supervisor = psutil.Process(terminal.pid)
    children = supervisor.children()
    (sensor,) = [child for child in children if "sensor" in child.cmdline()]
    (console,) = [child for child in children if child != sensor]
    return Parts(supervisor, console, sensor)


def gone(process: psutil.Process, within: float = WITHIN) -> bool:
    def ended() -> bool:
        try:
            return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    return bool(eventually(ended, within))


def test_only_the_sensor_is_root(sudo: Callable[..., Terminal]) -> None:
    terminal = sudo("--sensor", "ebpf")
    supervisor, console, sensor = parts(terminal)
    assert supervisor.uids() == sensor.uids() == (0, 0, 0)
    assert console.uids() == console.gids() == (NOBODY, NOBODY, NOBODY)
    assert os.getsid(sensor.pid) == sensor.pid
    assert sensor.cmdline()[1:4] == ["-I", "-m", "edr_tui"]
    assert not {"HOME", "SUDO_UID", "XDG_CONFIG_HOME"} & set(sensor.environ())
    loaded = {Path(mapped.path).name for mapped in supervisor.memory_maps()}
    assert not {name for name in loaded if name.startswith(("_yaml", "_msgspec", "_re2"))}
    terminal.press("q")
    assert terminal.wait(WITHIN) == 0
    assert terminal.restored() == []
    assert gone(console)
    assert gone(sensor)


def test_it_is_the_users_own_configuration(sudo: Callable[..., Terminal], home: Path) -> None:
    folder = home / "edr-tui"
    folder.mkdir()
    (folder / "config.toml").write_text("nonsense = 1\n")
    (folder / "config.toml").chmod(0o600)
    for path in (folder, folder / "config.toml"):
        os.chown(path, NOBODY, NOBODY)
    terminal = sudo()
    terminal.see("nonsense: is not known")


def test_what_is_roots_is_not_read_for_the_user(sudo: Callable[..., Terminal], tmp_path: Path) -> None:
    secret = tmp_path / "secret.yml"
    secret.write_text("title: of root's\n")
    secret.chmod(0o600)
    terminal = sudo("--rules", str(secret))
    assert terminal.wait(WITHIN) == 2
    assert "cannot be read: Permission denied" in terminal.after_the_screen().decode()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGQUIT", "SIGINT"])
def test_a_signal_gives_the_terminal_back(sudo: Callable[..., Terminal], name: str) -> None:
    terminal = sudo()
    _, console, sensor = parts(terminal)
    number = signal.Signals[name]
    terminal.signal(number)
    assert terminal.wait(WITHIN) == 128 + number
    assert terminal.restored() == []
    assert gone(console)
    assert gone(sensor)


def test_a_terminal_that_hangs_up(sudo: Callable[..., Terminal]) -> None:
    terminal = sudo()
    _, console, sensor = parts(terminal)
    terminal.hang_up()
    assert terminal.process.wait(WITHIN) == 128 + signal.SIGHUP
    assert gone(console)
    assert gone(sensor)


def test_a_console_that_is_killed(sudo: Callable[..., Terminal]) -> None:
    terminal = sudo("--sensor", "ebpf")
    _, console, sensor = parts(terminal)
    programs = programs_of(sensor.pid)
    assert programs
    console.kill()
    assert terminal.wait(WITHIN) == 128 + signal.SIGKILL
    assert terminal.restored() == []
    assert terminal.after_the_screen().endswith(b"edr-tui: the console was ended by signal 9\r\n")
    assert gone(sensor)
    assert eventually(lambda: not any(map(exists, programs)))


def test_a_supervisor_that_is_killed(sudo: Callable[..., Terminal]) -> None:
    terminal = sudo("--sensor", "ebpf")
    _, console, sensor = parts(terminal)
    programs = programs_of(sensor.pid)
    assert programs
    terminal.process.kill()
    assert terminal.process.wait() == -signal.SIGKILL
    assert gone(console)
    assert gone(sensor)
    assert eventually(lambda: not any(map(exists, programs)))
    assert eventually(lambda: terminal.restored() == [])
    assert "the supervisor, which started the sensor, is gone" in terminal.after_the_screen().decode()


def test_a_sensor_that_is_killed_is_started_again(sudo: Callable[..., Terminal]) -> None:
    terminal = sudo()
    supervisor, console, sensor = parts(terminal)
    sensor.kill()
    terminal.see("signal 9")
    terminal.see("live")
    again = eventually(lambda: [child for child in supervisor.children() if child not in (console, sensor)])
    assert [child.uids().real for child in again] == [0]
    terminal.press("q")
    assert terminal.wait(WITHIN) == 0


SEEDS = [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 60))]


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_killed_at_whatever_point_nothing_is_left(
    sudo: Callable[..., Terminal], seed: int
) -> None:
    chance = random.Random(seed)
    mark = f"/nonexistent/{os.urandom(8).hex()}"
    terminal = sudo("--sensor", "ebpf", "--duration", "4", PATH=f"{os.environ['PATH']}:{mark}")
    if seed % 2:
        parts(terminal)
    time.sleep(chance.uniform(0, 2))
    victims: set[str] = set()
    for _ in range(chance.randrange(1, 4)):
        family = marked(mark)
        if family:
            with contextlib.suppress(psutil.NoSuchProcess):
                killed = chance.choice(family)
                victims.add(role_of(killed, terminal))
                killed.kill()
        time.sleep(chance.uniform(0, 0.5))
    assert eventually(lambda: terminal.process.poll() is not None and not marked(mark), 20)
    if not {"supervisor", "console"} <= victims:  # else nobody is left to give it back
        assert eventually(lambda: terminal.restored() == [])


def role_of(process: psutil.Process, terminal: Terminal) -> str:
    if process.pid == terminal.pid:
        return "supervisor"
    return "sensor" if os.getsid(process.pid) != terminal.pid else "console"


def marked(mark: str) -> list[psutil.Process]:
    """Every process with that mark in its PATH: of the program everything has it, the sensor too."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if mark in process.environ().get("PATH", "") and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def test_a_console_that_stays_root(sudo: Callable[..., Terminal]) -> None:
    terminal = sudo("--keep-root")
    terminal.see("Processes")
    terminal.see("live")
    assert psutil.Process(terminal.pid).uids() == (0, 0, 0)
    assert [child.uids() for child in terminal.descendants()] == [(0, 0, 0)]


def test_who_called_sudo_has_to_be_told(sudo: Callable[..., Terminal]) -> None:
    terminal = sudo(SUDO_UID="everybody")
    assert terminal.wait(WITHIN) == 2
    assert terminal.after_the_screen().decode().strip() == (
        "edr-tui: SUDO_UID is 'everybody', which is no id: who called sudo is not known; "
        "--keep-root stays root"
    )
