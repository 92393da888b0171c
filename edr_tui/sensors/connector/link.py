"""The socket to the kernel's proc connector: asked for, acknowledged, proven, and let go."""

from __future__ import annotations

import errno
import os
import secrets
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress

from edr_tui.sensors.base import SensorUnavailable
from edr_tui.sensors.connector import messages, requirements
from edr_tui.sensors.connector.messages import BadMessage, Message

_NETLINK_CONNECTOR = 11
_CN_IDX_PROC = 1
_SOL_NETLINK = 270
_NETLINK_NO_ENOBUFS = 5
_SO_RCVBUFFORCE = 33
_SO_MEMINFO = 55
_MEMINFO = struct.Struct("=9I")
_DROPS = 8  # SK_MEMINFO_DROPS
BUFFER_BYTES = 8 * 1024 * 1024
_DATAGRAM = 4096
_ANSWER_WITHIN_S = 1.0
_EXEC_WITHIN_S = 2.0
_PROGRAMS = ("/bin/true", "/usr/bin/true")


class Link:
    """An open subscription. Raises SensorUnavailable, with one sentence, if none can be had.

    buffer_bytes: room for what is not read yet, as far as the kernel grants it.
    """

    def __init__(self, buffer_bytes: int = BUFFER_BYTES) -> None:
        requirements.check()
        try:
            self.socket = socket.socket(
                socket.AF_NETLINK, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC, _NETLINK_CONNECTOR
            )
        except OSError as fault:
            raise requirements.refusal(fault) from None
        try:
            self._set_buffer(buffer_bytes)
            self.socket.bind((0, _CN_IDX_PROC))
            self._port: int = self.socket.getsockname()[0]
            self._subscribe()
            self._prove()
        except OSError as fault:
            self.close()
            raise requirements.refusal(fault) from None
        except BaseException:
            self.close()
            raise

    def fileno(self) -> int:
        """Its file descriptor."""
        return self.socket.fileno()

    def drops(self) -> int | None:
        """How many messages found no room, ever; None where the kernel does not say (before 4.12)."""
        try:
            raw = self.socket.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
            return int(_MEMINFO.unpack(raw)[_DROPS])
        except (OSError, struct.error):
            return None

    def close(self) -> None:
        """Tell the kernel that nobody listens here any more."""
        with suppress(OSError):
            self.socket.send(messages.request(messages.IGNORE, 0, 0, self.socket.getsockname()[0]))
        self.socket.close()

    def _set_buffer(self, size: int) -> None:
        for option in (_SO_RCVBUFFORCE, socket.SO_RCVBUF):
            try:
                self.socket.setsockopt(socket.SOL_SOCKET, option, size)
                break
            except PermissionError:
                continue
        with suppress(OSError):
            # Else everything is thrown away after the first loss, until all that waits was read.
            self.socket.setsockopt(_SOL_NETLINK, _NETLINK_NO_ENOBUFS, 1)

    def _subscribe(self) -> None:
        """To bind proves nothing: in a container it works, and the kernel never says a word."""
        token = secrets.randbelow(2**31)
        self.socket.send(messages.request(messages.LISTEN, 0, token, self._port))
        for message in self._heard(_ANSWER_WITHIN_S):
            if message.ack != token + 1 or messages.numbers(message.body).what != messages.ACK:
                continue
            error = messages.ack_error(message.body)
            if error:
                raise OSError(error, os.strerror(error))
            return
        raise SensorUnavailable(
            "the kernel does not answer the connector sensor: it was built without CONFIG_PROC_EVENTS,"
            " or this is a container.",
            "Start edr-tui on the host itself.",
        )

    def _prove(self) -> None:
        """An exec of our own must be told to us."""
        program = next((path for path in _PROGRAMS if os.access(path, os.X_OK)), None)
        if program is None:
            return
        pid = os.posix_spawn(program, [program], {})
        try:
            for message in self._heard(_EXEC_WITHIN_S):
                told = messages.numbers(message.body)
                if told.what == messages.EXEC and told.second == pid:
                    return
        finally:
            os.waitpid(pid, 0)
        raise SensorUnavailable(
            "the kernel has acknowledged the connector sensor, but tells it nothing of an exec of its own:"
            " this is a container.",
            "Start edr-tui on the host itself.",
        )

    def _heard(self, seconds: float) -> Iterator[Message]:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                datagram, sender = self.socket.recvfrom(_DATAGRAM)
            except TimeoutError:
                break
            except OSError as fault:
                if fault.errno == errno.ENOBUFS:
                    continue
                raise
            if sender[0] != 0:  # not the kernel
                continue
            with suppress(BadMessage):
                yield from messages.split(datagram)
        self.socket.settimeout(None)
