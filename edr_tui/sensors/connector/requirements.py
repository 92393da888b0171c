"""What the connector sensor needs of a host, and the sentence for each thing that is missing."""

from __future__ import annotations

import errno
import os
import platform
import re
import sys
from typing import NamedTuple

from edr_tui.sensors import procfs
from edr_tui.sensors.base import Missing, SensorUnavailable

OPEN_TO_ALL = (6, 6)
CAP_NET_ADMIN = 12
_INIT_PID_NAMESPACE = 0xEFFFFFFC  # PROC_PID_INIT_INO of linux/proc_fs.h
_INIT_USER_NAMESPACE = 0xEFFFFFFD


class Facts(NamedTuple):
    """What decides whether the kernel will tell us of processes."""

    system: str
    release: str
    net_admin: bool
    pid_namespace: int | None
    user_namespace: int | None


def check() -> None:
    """Raises SensorUnavailable for the first thing that is missing."""
    lack = missing(facts())
    if lack is not None:
        raise SensorUnavailable(*lack)


def missing(facts: Facts) -> Missing | None:
    """The first thing that is missing; None if nothing is. Pure."""
    if facts.system != "linux":
        return Missing("the connector sensor runs on Linux only.", "The poll sensor runs here.")
    if facts.pid_namespace not in (None, _INIT_PID_NAMESPACE):
        return Missing(
            "the connector sensor runs in a container's PID namespace, to which the kernel tells no"
            " process events: give it the host's (--pid=host).",
            "Start the container with --pid=host --network=host, or edr-tui outside of it.",
        )
    if facts.user_namespace not in (None, _INIT_USER_NAMESPACE):
        return Missing(
            "the connector sensor runs in a user namespace of its own, to which the kernel tells no"
            " process events.",
            "Start edr-tui outside of it: rootless containers have one.",
        )
    version = re.match(r"(\d+)\.(\d+)", facts.release)
    if version is not None and (int(version[1]), int(version[2])) < OPEN_TO_ALL and not facts.net_admin:
        return Missing(
            "the connector sensor needs root, or the capability CAP_NET_ADMIN, before"
            f" Linux {OPEN_TO_ALL[0]}.{OPEN_TO_ALL[1]}, and this is {facts.release[:40]}.",
            "Start edr-tui with sudo.",
        )
    return None


def facts() -> Facts:
    """The facts of this host."""
    return Facts(
        system=sys.platform,
        release=platform.release(),
        net_admin=_net_admin(),
        pid_namespace=_namespace("pid"),
        user_namespace=_namespace("user"),
    )


def refusal(fault: OSError) -> SensorUnavailable:
    """The error for a kernel that gives no socket, or takes no request."""
    match fault.errno:
        case errno.EPROTONOSUPPORT | errno.ECONNREFUSED:
            return SensorUnavailable(
                "the kernel has no proc connector here: it was built without CONFIG_CONNECTOR, or this is"
                " a network namespace of its own (a container needs the host's: --network=host).",
                "Start the container with --network=host --pid=host, or edr-tui outside of it.",
            )
        case errno.EPERM | errno.EACCES:
            return SensorUnavailable(
                "the kernel does not permit the connector sensor here: it needs CAP_NET_ADMIN, or a security"
                " module forbids it."
            )
    return SensorUnavailable(f"the proc connector cannot be used: {fault.strerror or fault}.")


def _net_admin() -> bool:
    try:
        with open("/proc/self/status", "rb") as status:
            return procfs.has_capability(status.read(), CAP_NET_ADMIN)
    except (OSError, ValueError):
        return hasattr(os, "geteuid") and os.geteuid() == 0


def _namespace(kind: str) -> int | None:
    try:
        return os.stat(f"/proc/self/ns/{kind}").st_ino
    except OSError:
        return None
