"""Where the events come from: this host's sensor, or what --from names."""

from __future__ import annotations

import os
import re
import stat
import sys
from typing import TYPE_CHECKING

from edr_tui.cli.usage import WrongUse

if TYPE_CHECKING:
    from edr_tui.config import Config
    from edr_tui.sources.recording import RecordingSource
    from edr_tui.sources.sensor import SensorSource
    from edr_tui.sources.supervised import Supervised

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SHOWN = 60


def sensor_source(config: Config, supervised: Supervised | None) -> SensorSource:
    """This host's sensor, started by whoever may start it."""
    from edr_tui.sensors.choose import DEFAULT, lesser
    from edr_tui.sources.child import own_sensor
    from edr_tui.sources.sensor import SensorSource

    sensor = supervised.sensor if supervised is not None else own_sensor
    name = config.sensor or DEFAULT
    source = SensorSource(
        sensor(name, config.interval), lesser=[sensor(other, config.interval) for other in lesser(name)]
    )
    # It takes its first snapshot while this program still reads its own code and the rules.
    source.prepare()
    return source


def named_source(text: str, standard_input: int | None) -> SensorSource | RecordingSource:
    """What --from names: a recording, standard input, or a command that prints documents.

    standard_input: what take_standard_input() gave. Raises WrongUse where there is no such thing.
    """
    if standard_input is not None:
        from edr_tui.sources.recording import RecordingSource

        return RecordingSource(standard_input, who="standard input", live=True)
    if _URL.match(text):
        raise WrongUse(f"--from: {text[:_SHOWN]!a}: there is no source yet that is named by a URL")
    if "\0" not in text and os.path.exists(text):
        return _recording(text)
    return _command(text)


def _recording(path: str) -> RecordingSource:
    from edr_tui.sources.recording import RecordingSource, open_recording

    if os.path.isdir(path):
        raise WrongUse(f"--from: {path!a} is a folder: name a file")
    try:
        descriptor = open_recording(path)
    except OSError as fault:
        raise WrongUse(f"--from: {path!a} cannot be read: {(fault.strerror or str(fault)).lower()}") from None
    piped = stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    return RecordingSource(descriptor, live=piped)


def _command(text: str) -> SensorSource:
    import shlex
    import shutil

    from edr_tui.model.ledger import SourceHealth
    from edr_tui.sources.child import own_child
    from edr_tui.sources.sensor import SensorSource

    try:
        words = shlex.split(text)
    except ValueError as fault:
        raise WrongUse(f"--from: {text[:_SHOWN]!a} is no command: {str(fault).lower()}") from None
    if not words or shutil.which(words[0]) is None:
        named = words[0][:_SHOWN] if words else ""
        raise WrongUse(f"--from: {named!a} is neither a file nor a command that can be found")
    # It may need all of the environment: an agent's socket, the address of a configuration. It has no
    # terminal, and shall not open a window either: what it wants to ask, fails in words.
    environment = {"SSH_ASKPASS_REQUIRE": "never", **os.environ}
    source = SensorSource(own_child(words, environment), who="the link", again=SourceHealth.RECONNECTING)
    source.prepare()
    return source


def take_standard_input(screen: bool) -> int:
    """A descriptor of our own for standard input; the terminal takes its place where keys are wanted.

    Raises WrongUse.
    """
    if sys.stdin is None:
        raise WrongUse("--from -: standard input is closed")
    if sys.stdin.isatty():
        raise WrongUse("--from -: standard input is the terminal: pipe a stream of documents into it")
    try:
        descriptor = os.dup(0)
        if screen:
            if os.name != "posix":
                raise WrongUse("--from - needs --headless on this system")
            terminal = os.open("/dev/tty", os.O_RDWR)
            os.dup2(terminal, 0)
            os.close(terminal)
    except OSError as fault:
        raise WrongUse(f"--from -: there is no terminal for the keys: {fault.strerror}") from None
    return descriptor
