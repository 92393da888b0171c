"""What the eBPF sensor needs of a host, and the sentence for each thing that is missing."""

from __future__ import annotations

import errno
import os
import platform
import re
import sys
from pathlib import Path
from typing import NamedTuple

from edr_tui.sensors import procfs
from edr_tui.sensors.base import Missing, SensorUnavailable

OLDEST = (5, 8)
CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF = 21, 38, 39
_INIT_PID_NAMESPACE = 0xEFFFFFFC  # PROC_PID_INIT_INO of linux/proc_fs.h
_INIT_TIME_NAMESPACE = 0xEFFFFFFA


class Facts(NamedTuple):
    """What decides whether BPF programs can be loaded here."""

    system: str
    release: str
    btf: bool
    capabilities: frozenset[int]
    lockdown: str
    pid_namespace: int | None
    time_namespace: int | None

    @property
    def in_host_pid_namespace(self) -> bool:
        """Whether process ids here are the kernel's own."""
        return self.pid_namespace in (None, _INIT_PID_NAMESPACE)


def check() -> None:
    """Raises SensorUnavailable for the first thing that is missing."""
    lack = missing(facts())
    if lack is not None:
        raise SensorUnavailable(*lack)


def missing(facts: Facts) -> Missing | None:
    """The first thing that is missing; None if nothing is. Pure."""
    if facts.system != "linux":
        return Missing("the ebpf sensor runs on Linux only.", "The poll sensor runs here.")
    version = re.match(r"(\d+)\.(\d+)", facts.release)
    if version is not None and (int(version[1]), int(version[2])) < OLDEST:
        return Missing(
            f"the ebpf sensor needs Linux {OLDEST[0]}.{OLDEST[1]} or later,"
            f" and this is {facts.release[:40]}.",
            "Root may use the connector sensor.",
        )
    if not facts.btf:
        return Missing(
            "this kernel does not describe its types (/sys/kernel/btf/vmlinux is missing):"
            " the ebpf sensor needs one built with CONFIG_DEBUG_INFO_BTF.",
            "Boot a kernel as distributions build it, and mount /sys.",
        )
    if CAP_SYS_ADMIN not in facts.capabilities and not {CAP_BPF, CAP_PERFMON} <= facts.capabilities:
        return Missing(
            "the ebpf sensor needs root, or the capabilities CAP_BPF and CAP_PERFMON.",
            "Start edr-tui with sudo.",
        )
    if facts.lockdown == "confidentiality":
        return Missing(
            "the kernel is locked down (lockdown=confidentiality), which lets no BPF program"
            " read its memory.",
            "Boot with lockdown=integrity, if your policy allows it.",
        )
    if not facts.in_host_pid_namespace:
        return Missing(
            "the ebpf sensor runs in a container's PID namespace, where the kernel's process ids mean"
            " other processes: give it the host's (--pid=host).",
            "Start the container with --privileged --pid=host, or edr-tui outside of it.",
        )
    if facts.time_namespace not in (None, _INIT_TIME_NAMESPACE):
        return Missing(
            "the ebpf sensor runs in a time namespace of its own, where processes start at other times.",
            "Start edr-tui outside of it.",
        )
    return None


def facts() -> Facts:
    """The facts of this host."""
    return Facts(
        system=sys.platform,
        release=platform.release(),
        btf=Path("/sys/kernel/btf/vmlinux").exists(),
        capabilities=_capabilities(),
        lockdown=lockdown_of(_text("/sys/kernel/security/lockdown")),
        pid_namespace=_namespace("pid"),
        time_namespace=_namespace("time"),
    )


def libbpf_missing(fault: OSError) -> SensorUnavailable:
    """The error for a library that cannot be loaded."""
    if "cannot open shared object" in str(fault):
        return SensorUnavailable(
            "the library libbpf.so.1 is missing: install libbpf1 (Debian, Ubuntu) or libbpf (other systems).",
            "apt install libbpf1, or dnf install libbpf.",
        )
    return SensorUnavailable(f"the library libbpf.so.1 cannot be used: {fault}.")


def refusal(number: int, said: str) -> SensorUnavailable:
    """The error for a kernel that will not have the programs."""
    if number in (errno.EPERM, errno.EACCES) and "permitted" in f"{said} {os.strerror(number)}":
        return SensorUnavailable(
            "the kernel does not permit BPF programs here, though the capabilities are there:"
            " a container's seccomp filter or a security module forbids them."
        )
    return SensorUnavailable(
        f"the kernel refuses the BPF programs ({errno.errorcode.get(number, number)}): {said!a}."
    )


def _capabilities() -> frozenset[int]:
    status = _text("/proc/self/status").encode()
    try:
        return frozenset(
            number
            for number in (CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF)
            if procfs.has_capability(status, number)
        )
    except ValueError:
        return frozenset()


def lockdown_of(text: str) -> str:
    """The word in brackets: none, integrity or confidentiality."""
    chosen = re.search(r"\[(\w+)\]", text)
    return chosen[1] if chosen else "none"


def _namespace(kind: str) -> int | None:
    try:
        return os.stat(f"/proc/self/ns/{kind}").st_ino
    except OSError:
        return None


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
