"""Rules against recordings that say what must match: info.yml, or match.jsonl and no_match.jsonl."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from edr_tui.detect.document import Listing, Mapping, Node, Scalar, YamlFault, documents
from edr_tui.detect.engine import Detector
from edr_tui.detect.recordings import RecordingError, seen_in
from edr_tui.detect.rule import Rule

INFO, MATCH, NO_MATCH = "info.yml", "match.jsonl", "no_match.jsonl"
MAX_INFO = 1_048_576


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing to be tried.

    rule: an id, or the name of a rule's file without its ending. count: how many processes must
    match, None for at least one.
    """

    place: str
    rule: str
    recording: Path
    count: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a trial. fault: None if it passed, else a sentence."""

    place: str
    fault: str | None = None


def trials_in(path: Path) -> Iterator[Trial | Verdict]:
    """The trials of a folder, or of an info.yml; what cannot be read is a verdict already."""
    if path.is_file():
        yield from _of_info(path)
        return
    if not path.is_dir():
        yield Verdict(str(path), "there is no such file or folder")
        return
    for found in sorted(path.rglob("*")):
        if found.name == INFO:
            yield from _of_info(found)
        elif found.name == MATCH:
            yield Trial(str(found), found.parent.name, found, None)
        elif found.name == NO_MATCH:
            yield Trial(str(found), found.parent.name, found, 0)


def tried(trial: Trial, rules: Sequence[Rule]) -> Verdict:
    """The verdict on one trial."""
    rule = next((rule for rule in rules if trial.rule in (rule.id, Path(rule.path).stem)), None)
    if rule is None:
        return Verdict(trial.place, f"the rule {trial.rule} is not among those that are loaded")
    try:
        seen = seen_in(trial.recording)
    except RecordingError as fault:
        return Verdict(trial.place, str(fault))
    detector = Detector([rule])
    hits = [bool(detector.evaluate(each.subject)) for each in seen]
    matched, started = sum(hits), sum(hit for hit, each in zip(hits, seen, strict=True) if each.started)
    if trial.count is None:
        return Verdict(trial.place, None if started else f"none of {len(seen)} processes matches")
    if matched == trial.count:
        return Verdict(trial.place)
    return Verdict(trial.place, f"{matched} processes match, not {trial.count}")


def _of_info(path: Path) -> Iterator[Trial | Verdict]:
    try:
        with path.open("rb") as file:
            found = documents(file.read(MAX_INFO + 1))
    except (OSError, YamlFault) as fault:
        sentence = fault.sentence if isinstance(fault, YamlFault) else f"cannot be read: {fault.strerror}"
        yield Verdict(str(path), sentence)
        return
    document = found[0] if found else None
    rules = [_text(entry, "id") for entry in _entries(document, "rule_metadata")]
    tests = _entries(document, "regression_tests_info")
    if not tests or not rules or rules[0] is None:
        yield Verdict(str(path), "names no rule (rule_metadata) or no test (regression_tests_info)")
        return
    for test in tests:
        told, count = _text(test, "path"), _text(test, "match_count")
        if told is None or (count is not None and not count.isdecimal()):
            yield Verdict(f"{path}:{test.line}", "a test needs a path, and match_count must be a number")
            continue
        recording = _recording(path, told)
        place = f"{path}: {_text(test, 'name') or recording.name}"
        yield Trial(place, rules[0], recording, None if count is None else int(count))


def _entries(document: Node | None, key: str) -> list[Mapping]:
    node = document.get(key) if isinstance(document, Mapping) else None
    return [item for item in node.items if isinstance(item, Mapping)] if isinstance(node, Listing) else []


def _text(entry: Mapping, key: str) -> str | None:
    node = entry.get(key)
    return node.text.strip() if isinstance(node, Scalar) and node.value is not None else None


def _recording(info: Path, told: str) -> Path:
    """The file beside the info.yml; its path is told from the root of the collection.

    Never a file anywhere else, whatever is told. Without a reader of EVTX the JSON of the same name.
    """
    beside = info.parent / told.replace("\\", "/").rpartition("/")[2]
    if beside.suffix == ".evtx" and not _reads_evtx():
        as_json = beside.with_suffix(".json")
        return as_json if as_json.is_file() else beside
    return beside


def _reads_evtx() -> bool:
    from importlib.util import find_spec

    return find_spec("evtx") is not None
