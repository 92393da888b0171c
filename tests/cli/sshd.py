"""A real sshd on the loopback interface, for one test: its keys and configuration are the test's."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.waiting import eventually

SBIN = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


class Sshd:
    """start() and stop() it as often as wanted; command() is how to run something behind it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        for name in ("host", "user"):
            key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
            subprocess.run(key, check=True, stdin=subprocess.DEVNULL)
        public = (folder / "host.pub").read_text().split()
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {public[0]} {public[1]}\n")
        shutil.copy(folder / "user.pub", folder / "authorized_keys")
        (folder / "sshd_config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\nUsePAM no\n"
            f"AuthorizedKeysFile {folder}/authorized_keys\nStrictModes no\nPasswordAuthentication no\n"
            "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
        )
        (folder / "ssh_config").write_text(
            f"Host far-side\n  HostName 127.0.0.1\n  Port {self.port}\n  User {getpass.getuser()}\n"
            f"  IdentityFile {folder}/user\n  IdentitiesOnly yes\n  IdentityAgent none\n"
            f"  UserKnownHostsFile {folder}/known_hosts\n  GlobalKnownHostsFile none\n  ConnectTimeout 10\n"
        )

    def command(self, *words: str) -> list[str]:
        """The ssh that runs these words on the far side."""
        return ["ssh", "-F", str(self._folder / "ssh_config"), "far-side", *words]

    def start(self) -> None:
        """Listen, at once."""
        program = shutil.which("sshd", path=SBIN)
        assert program is not None, "sshd is not installed (package openssh-server)"
        with (self._folder / "log").open("ab") as log:
            arguments = ["-D", "-e", "-f", str(self._folder / "sshd_config")]
            self._process = subprocess.Popen([program, *arguments], stderr=log, stdin=subprocess.DEVNULL)
        eventually(self._listens)

    def cut(self) -> None:
        """Every link that stands breaks; new ones can be made."""
        assert self._process is not None
        for session in psutil.Process(self._process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                session.kill()

    def stop(self) -> None:
        """Every link breaks, and no new one can be made."""
        if self._process is None:
            return
        sessions = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        self._process.wait()
        self._process = None
        for session in sessions:
            with contextlib.suppress(psutil.NoSuchProcess):
                session.kill()

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextlib.contextmanager
def sshd(folder: Path) -> Iterator[Sshd]:
    """A running one, which ends with the block."""
    with _place_to_be_nobody_in():
        made = Sshd(folder)
        made.start()
        try:
            yield made
        finally:
            made.stop()


@contextlib.contextmanager
def _place_to_be_nobody_in() -> Iterator[None]:
    """An sshd of root's shuts its children up in this folder, which the system's own service makes."""
    place = Path("/run/sshd")
    if os.geteuid() != 0 or place.is_dir():
        yield
        return
    place.mkdir(mode=0o755)
    yield  # it stays: another test may be in it
