"""The measured part of `python -m tests.bench detect`, in a process of its own: JSON on standard output."""

from __future__ import annotations

import gc
import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from edr_tui.detect import Detector, LoadedRules, Subject, load_rules
from edr_tui.model.process import Image, Parent, Process, User
from edr_tui.paths import cache_home

RECORDINGS = Path(__file__).parents[1] / "recordings"


def rules() -> LoadedRules:
    corpus = os.environ.get("EDR_CORPUS")
    folders = sorted(Path(corpus, "sigmahq").glob("rules*")) if corpus else []
    return load_rules(folders, cache=cache_home() / "rules")


def start() -> dict[str, float]:
    """Seconds from the call to the first judged event; Python and its modules are there already."""
    began = time.perf_counter()
    detector = Detector(rules().rules)
    detector.evaluate(
        Subject(Process(entity_id="e", pid=1, images=(Image(),), first_seen_ns=0), (), "windows")
    )
    return {"seconds": time.perf_counter() - began}


def work(passes: int) -> dict[str, float | str]:
    """What the engine does with events."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    detector = Detector(rules().rules)
    told = events()
    for event in told:
        detector.evaluate(subject(event, ""))
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    gc.collect()
    gc.freeze()  # as the console does once it stands
    rates, processor, times = [], [], []
    for number in range(passes):
        subjects = [subject(event, f" {number}-{place}") for place, event in enumerate(told)]
        spent, cpu = time.perf_counter(), time.process_time()
        for one in subjects:
            detector.evaluate(one)
        rates.append(len(subjects) / (time.perf_counter() - spent))
        processor.append(len(subjects) / (time.process_time() - cpu))
    for number in range(passes):
        for place, event in enumerate(told):
            one = subject(event, f" {number}+{place}")
            spent_ns = time.perf_counter_ns()
            detector.evaluate(one)
            times.append(time.perf_counter_ns() - spent_ns)
    again = [subject(event, "") for _ in range(passes) for event in told]
    for event in told:
        detector.evaluate(subject(event, ""))
    spent = time.perf_counter()
    for one in again:
        detector.evaluate(one)
    repeats = len(again) / (time.perf_counter() - spent)
    naive = Detector(detector.rules, indexed=False)
    few = [subject(event, "") for event in told[:: max(1, len(told) // 100)]]
    for one in few[:5]:
        naive.evaluate(one)
    spent = time.perf_counter()
    for one in few:
        naive.evaluate(one)
    slowest, name = hostile(detector, told[0])
    times.sort()
    return {
        "rules": len(detector.rules),
        "mb": memory,
        "distinct": sorted(rates)[len(rates) // 2],
        "distinct_cpu": sorted(processor)[len(processor) // 2],
        "repeats": repeats,
        "naive": len(few) / (time.perf_counter() - spent),
        "p50": times[len(times) // 2],
        "p99": times[int(len(times) * 0.99)],
        "p999": times[int(len(times) * 0.999)],
        "hostile": slowest,
        "hostile_name": name,
    }


def hostile(detector: Detector, event: dict[str, str | None]) -> tuple[int, str]:
    """ns of the slowest of several kinds of 32 kB, the third time each is seen; and its kind."""
    chance = random.Random(5)
    texts = [atom.text for rule in detector.rules for clause in rule.clauses for atom in clause.atoms]
    kinds: dict[str, Callable[[], str]] = {
        "one letter": lambda: "a" * 32_000,
        "one letter and powershell": lambda: "powershell -enc " + "a" * 32_000,
        "backslashes": lambda: "\\" * 32_000,
        "dashes": lambda: " -" * 16_000,
        "quotes": lambda: "\"'`^" * 8_000,
        "pipes": lambda: "cmd /c echo |" * 2_400,
        "emoji": lambda: "cmd \U0001f600\u2603" * 5_000,
        "random letters": lambda: "".join(chance.choices("abcdefghijklmnopqrstuvwxyz -/\\.=", k=32_000)),
        "base64": lambda: "powershell -e " + "".join(chance.choices("ABCDabcd0123+/", k=32_000)),
        "what rules look for": lambda: " ".join(chance.choices(texts, k=3_000))[:32_000],
        "interpreters": lambda: "python -c socket perl -e nc -l | sh reg add cmd powershell " * 540,
    }
    slowest, slowest_name = 0, ""
    for name, make in kinds.items():
        times = []
        for number in range(4):
            one = subject({**event, "CommandLine": make()[:32_000]}, f" {number}")
            spent = time.perf_counter_ns()
            detector.evaluate(one)
            times.append(time.perf_counter_ns() - spent)
        if min(times[1:]) > slowest:
            slowest, slowest_name = min(times[1:]), name
    return slowest, slowest_name


def events() -> list[dict[str, str | None]]:
    """Sysmon's process creations of the corpus, else a few of our own."""
    corpus = os.environ.get("EDR_CORPUS")
    found: list[dict[str, str | None]] = []
    for path in sorted(Path(corpus, "telemetry", "sysmon_eid1").glob("**/*.jsonl")) if corpus else ():
        found += map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return found or [
        {
            "Image": f"C:\\Windows\\System32\\{name}.exe",
            "CommandLine": f"{name} /a",
            "ParentImage": "C:\\x.exe",
        }
        for name in ("cmd", "reg", "svchost", "net", "whoami", "powershell", "notepad", "sc")
    ]


def subject(told: dict[str, str | None], mark: str) -> Subject:
    """A subject with the fields that a sensor of ours tells; every text is made anew, as a decoder does."""

    def text(name: str) -> str | None:
        value = told.get(name)
        return None if value is None else value[:1] + value[1:]

    executable, parent, line = text("Image"), text("ParentImage"), text("CommandLine")
    image = Image(
        name=None if executable is None else executable.rpartition("\\")[2],
        executable=executable,
        command_line=None if line is None else line + mark,
        original_file_name=text("OriginalFileName"),
    )
    return Subject(
        Process(
            entity_id="e",
            pid=int(told.get("ProcessId") or 0),
            images=(image,),
            first_seen_ns=0,
            working_directory=text("CurrentDirectory"),
            user=User(name=text("User")),
            parent=Parent(
                entity_id="p",
                name=None if parent is None else parent.rpartition("\\")[2],
                executable=parent,
                command_line=text("ParentCommandLine"),
            ),
        ),
        (),
        "windows",
    )


if __name__ == "__main__":
    print(json.dumps(start() if sys.argv[1] == "start" else work(int(sys.argv[2]))))
