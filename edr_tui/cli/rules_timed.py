"""How many processes the rules judge in a second, and which of them cost most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter_ns
from typing import TYPE_CHECKING

from edr_tui.detect.engine import Detector
from edr_tui.detect.fields import Subject
from edr_tui.model.process import Image, Parent, Process, User

if TYPE_CHECKING:
    from edr_tui.detect import Rule

RUN_NS = 2_000_000_000  # of each way of judging
COSTLIEST = 10
_MADE_UP = 4_000
_LINES = (
    ("/usr/bin/bash", "/usr/sbin/sshd", "bash -c ls -l /srv/data/{n}"),
    ("/usr/bin/python3.11", "/usr/bin/bash", "python3 /opt/app/job.py --shard {n} --verbose"),
    ("/usr/bin/grep", "/usr/bin/dash", "grep -n pattern-{n} /var/log/app-{n}.log"),
    ("/usr/bin/git", "/usr/bin/bash", "git log --oneline -n {n} origin/main"),
    ("/usr/bin/gcc", "/usr/bin/make", "gcc -O2 -c src/file{n}.c -o build/file{n}.o"),
    ("/usr/bin/curl", "/usr/bin/bash", "curl -fsS https://example.org/v1/items/{n}"),
    ("/usr/lib/postgresql/15/bin/postgres", "/usr/lib/postgresql/15/bin/postgres", "postgres: worker {n}"),
    ("/usr/bin/sed", "/usr/bin/dash", "sed -e s/a{n}/b/ /etc/app/config-{n}.ini"),
)


def made_up() -> list[Subject]:
    """Ordinary processes of a Linux host, each with a command line of its own."""
    return [_process(number, *_LINES[number % len(_LINES)]) for number in range(_MADE_UP)]


def _process(number: int, executable: str, parent: str, line: str) -> Subject:
    line = line.format(n=number)
    image = Image(
        name=executable.rpartition("/")[2], executable=executable, command_line=line, args=tuple(line.split())
    )
    process = Process(
        entity_id=f"e{number}",
        pid=number + 2,
        images=(image,),
        first_seen_ns=0,
        user=User(id="1000", name="ana"),
        parent=Parent(entity_id="p", pid=1, name=parent.rpartition("/")[2], executable=parent),
    )
    return Subject(process, (), "linux")


def timed(rules: Sequence[Rule], subjects: Sequence[Subject]) -> Iterator[str]:
    """Figures as lines: first judging each process for the first time, then all of them again and again."""
    began = perf_counter_ns()
    detector = Detector(rules)
    for os_type in {subject.os_type for subject in subjects}:
        detector.evaluate(subjects[0], os_type)
    yield f"{len(rules):,} rules, {len(subjects):,} processes"
    yield f"made ready in {(perf_counter_ns() - began) / 1e6:,.0f} ms"
    times = [_once(detector, subject) for subject in subjects]
    yield _speed("first time", times)
    again: list[int] = []
    began = perf_counter_ns()
    while perf_counter_ns() - began < RUN_NS:
        again += [_once(detector, subject) for subject in subjects]
    yield _speed("again", again)
    costs = sorted(detector.costs(), key=lambda cost: -cost.ns)[:COSTLIEST]
    yield ""
    yield f"{'ms':>8} {'looks':>9} {'hits':>8}  rule"
    for cost in costs:
        if cost.looks:
            yield f"{cost.ns / 1e6:8.1f} {cost.looks:9,} {cost.hits:8,}  {cost.rule.reference.name}"


def _once(detector: Detector, subject: Subject) -> int:
    before = perf_counter_ns()
    detector.evaluate(subject)
    return perf_counter_ns() - before


def _speed(name: str, times: Sequence[int]) -> str:
    ordered = sorted(times)
    middle, late = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.99))
    rate = len(times) / (sum(times) / 1e9)
    return (
        f"{name:10} {rate:>9,.0f} processes/s   median {middle / 1e3:,.1f} us   p99 {late / 1e3:,.1f} us"
        f"   most {ordered[-1] / 1e3:,.1f} us"
    )
