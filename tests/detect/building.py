"""Processes, rules and verdicts in few words."""

from __future__ import annotations

from pathlib import Path

from edr_tui.detect import Detector, Match, Rule, Subject
from edr_tui.detect.compile import compiled
from edr_tui.detect.document import Scalar, documents
from edr_tui.detect.explain import explained
from edr_tui.detect.read import Faults, rule_of
from edr_tui.detect.view import View
from edr_tui.model.process import Image, Parent, Process, User

HEAD = """title: A rule
id: 11111111-1111-4111-8111-111111111111
logsource:
    category: process_creation
detection:
"""


def rule(detection: str, head: str = HEAD) -> Rule:
    """The rule of a detection block, written without its indentation."""
    found, faults = read(detection, head)
    assert faults == []
    assert found is not None
    return found


def read(detection: str, head: str = HEAD) -> tuple[Rule | None, list[tuple[int, str]]]:
    """The rule of a detection block and its faults (line, sentence)."""
    text = head + "".join(f"    {line}\n" for line in detection.strip("\n").splitlines())
    faults = Faults()
    (document,) = documents(text.encode())
    return rule_of(document, "rules/a.yml", "test", faults), faults.found


def process(
    name: str | None = "prog",
    executable: str | None = "/usr/bin/prog",
    command_line: str | None = "prog",
    *,
    pid: int = 9,
    user: str | None = None,
    parent: Parent | None = None,
    invoked: str | None = None,
    args: tuple[str, ...] | None = None,
    original_file_name: str | None = None,
    **more: object,
) -> Process:
    """A node that runs one image."""
    image = Image(
        name=name,
        executable=executable,
        invoked=invoked,
        args=args if args is not None or command_line is None else tuple(command_line.split()),
        command_line=command_line,
        original_file_name=original_file_name,
    )
    return Process(
        entity_id=f"e{pid}",
        pid=pid,
        images=(image,),
        first_seen_ns=0,
        user=None if user is None else User(name=user),
        parent=parent,
        **more,
    )


def verdict(of: Rule, subject: Subject) -> bool:
    """Whether the rule matches; the fast and the plain way must agree."""
    fast, plain = compiled(of)(View(subject)), explained(of, View(subject))
    assert fast == (plain is not None)
    return fast


def matches(detection: str, subject: Subject | Process) -> bool:
    """Whether a detection block matches a process."""
    return verdict(rule(detection), subject if isinstance(subject, Subject) else Subject(subject))


def only_match(of: Rule, subject: Subject) -> Match:
    (match,) = Detector([of]).evaluate(subject)
    return match


def written(folder: Path, name: str, text: str | bytes) -> Path:
    """A rule file in a folder."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


GOOD = HEAD + "    sel:\n        Image: x\n    condition: sel\n"


def scalar(text: str) -> Scalar:
    """A quoted text of a rule."""
    return Scalar(text, text, 1)
