"""A host on which everything that can be named is named by an attacker, as its sensor would tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from edr_tui.ecs import encode
from edr_tui.model.event import AnyEvent, Host
from edr_tui.model.process import Tty, User
from tests.e2e.payloads import PAYLOADS
from tests.telling import WEB1, Teller

GENERATIONS = 8
FIRST_PID = 5_000


def mark(number: int) -> str:
    """What stands before a payload, so that it can be found on the screen."""
    return f"m{number:03}"


def story(payloads: Sequence[str] = tuple(PAYLOADS.values())) -> tuple[list[AnyEvent], list[AnyEvent]]:
    """A snapshot in which each payload is one process, in chains; then a status for each, for ever."""
    teller = Teller()
    systemd = teller.record(1, name="systemd")
    events: list[AnyEvent] = [teller.snapshot(systemd)]
    above = systemd
    for number, payload in enumerate(payloads):
        teller.host = hostile_host(payload)
        marked = mark(number) + payload
        record = teller.record(
            FIRST_PID + number,
            systemd if number % GENERATIONS == 0 else above,
            at=2 + number / 10,
            name=marked,
            executable=f"/tmp/{marked}",
            args=(f"/tmp/{marked}", payload, "", "a b", f"marker-{number:03}"),
            user=payload,
            entity_id=f"{marked}",
            effective_user=User(id=payload, name=marked),
            working_directory=f"/{marked}",
            tty=Tty(name=payload),
            unknown={f"process.{payload}": payload},
        )
        record = replace(record, image=replace(record.image, invoked=payload, original_file_name=payload))
        events.append(teller.snapshot(record, at=3))
        above = record
    statuses: list[AnyEvent] = []
    for payload in payloads:
        teller.host = hostile_host(payload)
        said = {"health": payload, "blind": {payload: payload}, "counters": {payload: 1}}
        statuses.append(replace(teller.status(at=4), sensor=payload, **said))
    return events, statuses


def hostile_host(payload: str) -> Host:
    return replace(WEB1, name=payload, os_version=payload)


def write_story(file: Path, payloads: Sequence[str] = tuple(PAYLOADS.values())) -> Path:
    """The story as tests/e2e/fake_sensor.py reads it."""
    events, statuses = story(payloads)
    lines = b"".join(map(encode, events)) + b"\n" + b"".join(map(encode, statuses))
    file.write_bytes(lines)
    return file


def write_rules(folder: Path, payloads: Sequence[str] = tuple(PAYLOADS.values())) -> Path:
    """One rule for each process, whose title, author and tags are the payload too."""
    folder.mkdir(mode=0o755)
    levels = ("critical", "high", "medium", "low", "informational")
    for number, payload in enumerate(payloads):
        # YAML cannot spell a surrogate.
        said = quoted(
            mark(number) + "".join("?" if "\ud800" <= each <= "\udfff" else each for each in payload)
        )
        text = f"""\
title: {said}
id: 00000000-0000-4000-8000-{number:012}
author: {said}
description: {said}
falsepositives: [{said}]
references: [{said}]
tags: [attack.t1059]
logsource: {{category: process_creation}}
detection:
  selection:
    CommandLine|contains: marker-{number:03}
  condition: selection
level: {levels[number % len(levels)]}
"""
        (folder / f"rule{number:03}.yml").write_text(text, encoding="ascii")
    return folder


def quoted(text: str) -> str:
    """A double-quoted scalar of YAML, in ASCII."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if " " <= character <= "~":
        return character
    return f"\\U{ord(character):08X}"
