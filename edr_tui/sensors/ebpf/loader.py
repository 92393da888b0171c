"""Loads edr.bpf.o into the kernel and reads its ring buffer. No compiler, no privileges left behind.

Everything hangs from file descriptors of this process: when it ends, however it ends, the kernel lets
go of the programs and of the ring buffer.
"""

from __future__ import annotations

import ctypes
import errno
import os
import select
import struct
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from edr_tui.sensors.base import SensorUnavailable
from edr_tui.sensors.ebpf import tracefs
from edr_tui.sensors.ebpf.libbpf import SAMPLE, Libbpf
from edr_tui.sensors.ebpf.requirements import check, libbpf_missing, refusal

OBJECT = Path(__file__).with_name("edr.bpf.o")
RING_BYTES = 16 * 1024 * 1024
ERRNOS = 256
_PROGRAMS = (b"process_fork", b"process_exec", b"process_exit")
_FAILED_EXECS = ((b"exit_execve", "sys_exit_execve"), (b"exit_execveat", "sys_exit_execveat"))
_KINDS = 4
_COUNTS = struct.Struct(f"={2 * _KINDS + 1}Q")  # struct counts: told, lost, each by kind; failed
_PROG_INFO_BYTES = 232
_RECURSION_MISSES = struct.Struct("=Q")
_RECURSION_MISSES_AT = 208
# What the callback says to end one turn: the ring buffer's reader would else go on as long as there is more.
_ENOUGH = -errno.ENOBUFS


class Counts(NamedTuple):
    """What the kernel's side counted since the start: records told, and records lost, on all CPUs.

    failed: execs that the kernel refused.
    missed: runs of a program that the kernel itself left out, because another one ran on that CPU.
    """

    told: int
    lost: int
    missed: int
    failed: int
    lost_by_cpu: tuple[int, ...]


class Programs:
    """The loaded and attached programs, with their ring buffer.

    Raises SensorUnavailable, with one sentence, where this host cannot have them.
    """

    def __init__(self, ring_bytes: int = RING_BYTES) -> None:
        check()
        try:
            self._lib = Libbpf()
        except OSError as fault:
            raise libbpf_missing(fault) from None
        self._object: int | None = None
        self._ring: int | None = None
        self._links: list[int] = []
        self._wake = select.epoll()
        self._cpus: int = self._lib.libbpf_num_possible_cpus()
        self._counts_fd = self._failed_fd = -1
        self._taken: list[bytes] = []
        self._room = 0
        self._sample = SAMPLE(self._take)  # kept: the library holds its address only
        self.failed_execs_unseen: str | None = None
        try:
            self._load(ring_bytes)
            self._attach()
        except BaseException:
            self.close()
            raise

    def _load(self, ring_bytes: int) -> None:
        lib = self._lib
        image = OBJECT.read_bytes()
        self._object = lib.bpf_object__open_mem(image, len(image), None)
        if not self._object:
            raise SensorUnavailable(f"libbpf cannot read the BPF object: {self._last_word()}.")
        lib.bpf_map__set_max_entries(self._map(b"scratch"), self._cpus)
        lib.bpf_map__set_max_entries(self._map(b"events"), ring_bytes)
        fault = lib.bpf_object__load(self._object)
        if fault:
            raise refusal(-fault, self._last_word())
        self._counts_fd = lib.bpf_map__fd(self._map(b"counts"))
        self._failed_fd = lib.bpf_map__fd(self._map(b"failed"))
        self._ring = lib.ring_buffer__new(
            lib.bpf_map__fd(self._map(b"events")), ctypes.cast(self._sample, ctypes.c_void_p), None, None
        )
        if not self._ring:
            raise SensorUnavailable("the ring buffer of the BPF programs cannot be mapped.")
        self._wake.register(lib.ring_buffer__epoll_fd(self._ring), select.EPOLLIN)

    def _attach(self) -> None:
        for program in _PROGRAMS:
            link = self._lib.bpf_program__attach(self._program(program))
            if not link:
                raise refusal(ctypes.get_errno(), self._last_word())
            self._links.append(link)
        try:
            for program, tracepoint in _FAILED_EXECS:
                event = tracefs.open_tracepoint("syscalls", tracepoint)
                link = self._lib.bpf_program__attach_perf_event(self._program(program), event)
                if not link:
                    os.close(event)
                    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
                self._links.append(link)  # which closes the event too
        except OSError as fault:
            self.failed_execs_unseen = (fault.strerror or str(fault)).lower()

    def wait(self, seconds: float) -> bool:
        """Wait for records, at most so long; whether there are any."""
        with suppress(InterruptedError):
            return bool(self._wake.poll(seconds))
        return False

    def take(self, most: int) -> list[bytes]:
        """The records that are there, in the order in which the kernel wrote them; never waits."""
        self._room = most
        self._lib.ring_buffer__consume(self._ring)
        taken, self._taken = self._taken, []
        return taken

    def counts(self) -> Counts:
        """What the kernel's side has counted until now."""
        raw = self._lookup(self._counts_fd, 0, _COUNTS.size * self._cpus)
        told = failed = 0
        lost: list[int] = []
        for values in _COUNTS.iter_unpack(raw):
            told += sum(values[:_KINDS])
            lost.append(sum(values[_KINDS : 2 * _KINDS]))
            failed += values[-1]
        return Counts(told, sum(lost), sum(map(self._missed, _PROGRAMS)), failed, tuple(lost))

    def failed_execs(self) -> dict[str, int]:
        """Name of the errno -> how many execs failed with it."""
        counted = {
            number: int.from_bytes(self._lookup(self._failed_fd, number, 8), "little")
            for number in (*errno.errorcode, ERRNOS - 1)
        }
        return {errno.errorcode.get(number, "other"): count for number, count in counted.items() if count}

    def detach(self) -> None:
        """Let the kernel run the programs no more; what was recorded can still be taken."""
        for link in self._links:
            self._lib.bpf_link__destroy(link)
        self._links.clear()

    def close(self) -> None:
        """Detach and unload everything."""
        lib = self._lib
        self.detach()
        self._wake.close()
        if self._ring:
            lib.ring_buffer__free(self._ring)
        if self._object:
            lib.bpf_object__close(self._object)
        self._ring = self._object = None

    def _take(self, context: int | None, record: int, size: int) -> int:
        self._taken.append(ctypes.string_at(record, size))
        self._room -= 1
        return 0 if self._room > 0 else _ENOUGH

    def _map(self, name: bytes) -> int:
        return int(self._lib.bpf_object__find_map_by_name(self._object, name))

    def _program(self, name: bytes) -> int:
        return int(self._lib.bpf_object__find_program_by_name(self._object, name))

    def _lookup(self, fd: int, index: int, size: int) -> bytes:
        key, value = ctypes.c_uint32(index), ctypes.create_string_buffer(size)
        if self._lib.bpf_map_lookup_elem(fd, ctypes.addressof(key), ctypes.addressof(value)):
            return bytes(size)
        return value.raw

    def _missed(self, name: bytes) -> int:
        """recursion_misses of struct bpf_prog_info; 0 where the kernel does not count them (before 5.12)."""
        info, size = ctypes.create_string_buffer(_PROG_INFO_BYTES), ctypes.c_uint32(_PROG_INFO_BYTES)
        fd = self._lib.bpf_program__fd(self._program(name))
        if self._lib.bpf_obj_get_info_by_fd(fd, ctypes.addressof(info), ctypes.addressof(size)):
            return 0
        return int(_RECURSION_MISSES.unpack_from(info.raw, _RECURSION_MISSES_AT)[0])

    def _last_word(self) -> str:
        """The last thing that libbpf, or the kernel through it, complained of."""
        said = [line for line in self._lib.said if line and not line.startswith("processed ")]
        return (said[-1] if said else "no reason was given").removeprefix("libbpf: ")[:300]
