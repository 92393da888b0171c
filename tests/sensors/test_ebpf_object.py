"""The kernel's side of the eBPF sensor: its object is what its source says."""

from __future__ import annotations

import hashlib
from pathlib import Path

import edr_tui.sensors.ebpf

FOLDER = Path(edr_tui.sensors.ebpf.__file__).parent
TYPES, SOURCE, OBJECT = FOLDER / "kernel_types.h", FOLDER / "edr.bpf.c", FOLDER / "edr.bpf.o"


def test_the_object_was_made_from_this_source() -> None:
    """`make bpf` writes the hash of the source into the object."""
    written = hashlib.sha256(TYPES.read_bytes() + SOURCE.read_bytes()).hexdigest().encode()
    assert written in OBJECT.read_bytes(), "edr.bpf.c was changed: run `make bpf` and commit both"


def test_the_object_holds_no_path_of_the_machine_that_made_it() -> None:
    made = OBJECT.read_bytes()
    assert made.startswith(b"\x7fELF")
    assert b"/home/" not in made
    assert str(FOLDER.parents[2]).encode() not in made
    assert b".debug_info" not in made


def test_the_source_keeps_to_tracepoints() -> None:
    sections = [
        line.split('"')[1]
        for line in SOURCE.read_text().splitlines()
        if line.startswith('SEC("') and "tp" in line
    ]
    assert len(sections) == 5
    assert all(name.startswith(("tp_btf/", "tp/")) for name in sections)
    assert "vmlinux.h" not in SOURCE.read_text()
