"""Which host this is: the host.* of every document."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from contextlib import suppress

from edr_tui.model.event import Host


def host(boot_id: str | None) -> Host:
    """This host; boot_id as the operating system's part of the sensor knows it."""
    return Host(
        id=_machine_id(),
        name=platform.node() or None,
        boot_id=boot_id,
        os_type={"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux"),
        os_version=_os_version() or None,
        architecture=platform.machine() or None,
    )


def boot_id() -> str | None:
    """The boot's own id, where the system has one: Linux and macOS."""
    if sys.platform == "darwin":
        return _said_by("/usr/sbin/sysctl", "-n", "kern.bootsessionuuid")
    return _first_line("/proc/sys/kernel/random/boot_id")


def _machine_id() -> str | None:
    if sys.platform == "win32":
        return _windows_machine_guid()
    if sys.platform == "darwin":
        said = _said_by("/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice") or ""
        for line in said.splitlines():
            if '"IOPlatformUUID"' in line:
                return line.rpartition("= ")[2].strip('" ') or None
        return None
    known = _first_line("/etc/machine-id") or _first_line("/var/lib/dbus/machine-id")
    return None if known == "uninitialized" else known  # before the first boot has ended (systemd)


def _os_version() -> str:
    if sys.platform == "darwin":
        return platform.mac_ver()[0]
    return platform.version() if sys.platform == "win32" else platform.release()


def _windows_machine_guid() -> str | None:
    if sys.platform == "win32":
        import winreg

        with (
            suppress(OSError),
            winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key,
        ):
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    return None


def _first_line(path: str) -> str | None:
    with suppress(OSError):
        fd = os.open(path, os.O_RDONLY)
        try:
            return os.read(fd, 256).decode("utf-8", "replace").partition("\n")[0].strip() or None
        finally:
            os.close(fd)
    return None


def _said_by(*command: str) -> str | None:
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(command, capture_output=True, timeout=5, check=True, stdin=subprocess.DEVNULL)
        return done.stdout.decode("utf-8", "replace").strip() or None
    return None
