"""Loading: every fault with its file and line, all at once, and no file that stops the others."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from pathlib import Path

import pytest

from edr_tui.detect import load_rules
from edr_tui.detect.document import MAX_BYTES
from edr_tui.model.alert import Severity
from tests.detect.building import GOOD, HEAD, written

as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
with_fifos = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX")


def faults_of(*paths: Path) -> list[str]:
    return [str(fault) for fault in load_rules(paths, bundled=False).faults]


def without(key: str) -> str:
    lines = GOOD.splitlines(keepends=True)
    start = next(n for n, line in enumerate(lines) if line.startswith(f"{key}:"))
    end = next((n for n in range(start + 1, len(lines)) if lines[n][0] != " "), len(lines))
    return "".join(lines[:start] + lines[end:])


def test_a_sound_rule_says_who_it_is(tmp_path):
    text = GOOD + (
        "level: high\nauthor: me\nstatus: test\ndescription: >-\n    two\n    lines\nlicense: MIT\n"
        "references: [https://example.org]\nfalsepositives:\n    - none\n"
        "tags: [attack.t1059.004, attack.T9999, attack.execution, attack.defense-evasion, cve.2024.1]\n"
    )
    path = written(tmp_path, "a.yml", text)
    loaded = load_rules([path], bundled=False)
    assert (loaded.faults, loaded.skipped) == ((), ())
    (rule,) = loaded.rules
    reference = rule.reference
    assert (rule.id, reference.name) == ("11111111-1111-4111-8111-111111111111", "A rule")
    assert rule.level is Severity.HIGH
    assert (reference.author, reference.license, reference.description) == ("me", "MIT", "two lines")
    assert reference.references == ("https://example.org",)
    assert [(t.id, t.name) for t in reference.techniques] == [("T1059.004", "Unix Shell"), ("T9999", None)]
    assert reference.tactics == ("Execution", "Defense Evasion")
    assert reference.ruleset == rule.path == str(path)
    assert (rule.status, rule.false_positives) == ("test", ("none",))


def test_what_may_be_left_out(tmp_path):
    first = load_rules([written(tmp_path, "a.yml", without("id"))], bundled=False).rules[0]
    again = load_rules([tmp_path / "a.yml"], bundled=False).rules[0]
    assert first.id == again.id
    assert first.level is Severity.MEDIUM
    assert first.runs_on("linux")
    assert first.runs_on(None)


@pytest.mark.parametrize("product", ["linux", "windows", "macos"])
def test_a_product_is_a_system(tmp_path, product):
    text = GOOD.replace("process_creation", f"process_creation\n    product: {product}")
    (rule,) = load_rules([written(tmp_path, "a.yml", text)], bundled=False).rules
    assert [system for system in ("linux", "windows", "macos", None) if rule.runs_on(system)] == [product]


@pytest.mark.parametrize(
    ("logsource", "reason"),
    [
        ("category: network_connection", "category 'network_connection' is not watched"),
        ("product: windows\n    service: security", "its logsource names no category"),
        ("category: process_creation\n    product: zos", "product 'zos' is none of linux, macos, windows"),
    ],
)
def test_rules_for_other_events_are_skipped_with_the_reason(tmp_path, logsource, reason):
    text = GOOD.replace("category: process_creation", logsource)
    loaded = load_rules([written(tmp_path, "a.yml", text)], bundled=False)
    assert (loaded.rules, loaded.faults) == ((), ())
    (skipped,) = loaded.skipped
    assert f"a.yml:1: skipped: {reason}" in str(skipped)


FAULTY = [
    ("", 1, "the file holds no rule"),
    ("# nothing\n", 1, "the file holds no rule"),
    ("---\n...\n", 1, "the file holds no rule"),
    ("just text\n", 1, "a rule is a mapping with title, logsource and detection"),
    ("- a\n- b\n", 1, "a rule is a mapping with title, logsource and detection"),
    ("a: b\n", 1, "no rule: it has neither title, logsource nor detection"),
    (without("title"), 1, "title is missing"),
    (without("logsource"), 1, "logsource is missing"),
    (without("detection"), 1, "detection is missing"),
    (GOOD.replace("A rule", "[a]"), 1, "title must be text"),
    (GOOD.replace("A rule", "5"), 1, "title must be text"),
    (GOOD.replace("1111-4111", "x"), 2, "id '11111111-x-8111-111111111111' is not a UUID"),
    (GOOD.replace("11111111-1111-4111-8111-111111111111", "123"), 2, "id must be text"),
    (GOOD + "level: severe\n", 9, "'severe' is not a level: use one of informational, low, medium"),
    (GOOD + "status: old\n", 9, "status 'old' is not one of stable, test"),
    (GOOD + "tags:\n    - {a: b}\n", 10, "tags must be a list of texts"),
    (GOOD + "author: [me]\n", 9, "author must be text"),
    (GOOD.replace("\n    category: process_creation", " process_creation"), 3, "logsource must be a mapping"),
    (GOOD.replace("category: process_creation", "category: [process_creation]"), 4, "category must be text"),
    (HEAD.replace("detection:", "detection: x"), 5, "detection must be a mapping"),
    (HEAD + "    condition: sel\n", 6, "detection has no selection"),
    (GOOD.replace("    condition: sel\n", ""), 6, "condition is missing"),
    (GOOD.replace("condition: sel", "condition: []"), 8, "condition is missing"),
    (GOOD.replace("condition: sel", "condition:"), 8, "condition must be text"),
    (GOOD.replace("condition: sel", "condition: {a: b}"), 8, "condition must be text"),
    (
        GOOD.replace("condition: sel", "condition: selection2"),
        8,
        "condition refers to 'selection2', which is not defined",
    ),
    (
        GOOD.replace("condition: sel", "condition: sel |  count() > 3"),
        8,
        "aggregations with | are not supported",
    ),
    (GOOD.replace("condition: sel", "condition: sel and"), 8, "column 8: expected a selection, not the end"),
    (GOOD.replace("Image: x", "Image|nope: x"), 7, "there is no modifier 'nope'"),
    (GOOD.replace("Image: x", "Image|nope: x"), 7, "there is no modifier 'nope'"),
    (
        GOOD.replace("Image: x", "Image:\n            - x\n            - [y]"),
        9,
        "'Image' needs single values",
    ),
    (GOOD.replace("Image: x", "Image|re:\n            - a\n            - '('"), 9, "RE2 refuses"),
    (GOOD.replace("Image: x", "{}"), 7, "an empty mapping selects nothing"),
    (GOOD.replace("Image: x", "[]"), 7, "an empty list selects nothing"),
    (GOOD.replace("Image: x", "[[x]]"), 7, "a list within a list selects nothing"),
    (GOOD.replace("    sel:", "    timeframe: 5m\n    sel:"), 6, "timeframe belongs to correlations"),
    ("title: x\ncorrelation:\n    type: event_count\n", 3, "correlation rules are not supported"),
    ("title: x\nfilter:\n    rules: []\n", 3, "filter documents are not supported"),
    ("action: global\ntitle: x\n", 1, "documents with action are not supported"),
    (GOOD.replace("Image: x", "Image: &a x"), 7, "the anchor &a is not allowed"),
    (GOOD.replace("Image: x", "Image: *a"), 7, "the alias *a is not allowed"),
    (GOOD.replace("Image: x", "<<: {Image: x}"), 7, "the merge key << is not allowed"),
    (
        GOOD.replace("Image: x", "Image: !!binary eA=="),
        7,
        "the tag 'tag:yaml.org,2002:binary' is not allowed",
    ),
    (GOOD.replace("Image: x", "Image: !!python/name:os.system x"), 7, "is not allowed in a rule"),
    (GOOD.replace("Image: x", "Image: x\n        Image: y"), 8, "the key 'Image' is already in line 7"),
    (GOOD.replace("Image: x", "? [a]\n        : x"), 7, "a list or a mapping cannot be a key"),
    (GOOD.replace("Image: x", "Image: 'x"), 9, "not YAML: found unexpected end of stream"),
    (GOOD.replace("Image: x", "Image: {x"), 8, "not YAML: did not find expected ',' or '}'"),
    (GOOD.replace("Image: x", "\tImage: x"), 7, "not YAML: found character that cannot start any token"),
    (GOOD.replace("Image: x", "Image: x: y"), 7, "not YAML: mapping values are not allowed in this context"),
    (GOOD.replace("Image: x", "Image: \x07"), 7, "the character U+0007 is not allowed"),
    (GOOD.replace("Image: x", "Image: \x00"), 7, "a NUL byte is not allowed in a rule"),
    (GOOD.replace("Image: x", "Image: " + "[" * 100), 7, "nested deeper than 64"),
    ("%YAML 9.0\n---\n" + GOOD, 1, "not YAML: found incompatible YAML document"),
    (GOOD + "---\n" + GOOD.replace("A rule", "[]"), 10, "title must be text"),
    (GOOD.replace("Image: x", "Image: [" + "x, " * 5_001 + "x]"), 7, "more than 5000 values"),
    (
        GOOD.replace("Image: x", "Image|re: [" + ", ".join(f"'a{{1000}}{n}'" for n in range(9_999)) + "]"),
        7,
        "regular expressions of the rule are too large together",
    ),
    (HEAD + "".join(f"    s{n}: x\n" for n in range(1_001)), 6, "more than 1000 selections"),
]


@pytest.mark.parametrize(("text", "line", "sentence"), FAULTY)
def test_a_fault_is_named_with_its_line_and_stops_nothing_else(tmp_path, text, line, sentence):
    bad = written(tmp_path, "bad.yml", text)
    good = written(tmp_path, "good.yml", GOOD.replace("-4111-", "-4112-"))
    loaded = load_rules([bad, good], bundled=False)
    assert str(good) in [rule.path for rule in loaded.rules]
    assert f"{bad}:{line}: " in "\n".join(map(str, loaded.faults))
    assert any(fault.line == line and sentence in fault.sentence for fault in loaded.faults), loaded.faults


BYTES = [
    (b"\xff" + GOOD.encode(), 1, "byte 0xff is not UTF-8"),
    (GOOD.encode().replace(b"Image: x", b"Image: \xc3("), 7, "byte 0xc3 is not UTF-8"),
    (GOOD.encode("utf-16"), 1, "is not UTF-8"),
    (GOOD.encode() + b"# " + b"x" * MAX_BYTES, 1, "the file is larger than 1024 KiB"),
    (b"[" * 500_000, 1, "nested deeper than 64"),
    (b"- " * 500_000, 1, "nested deeper than 64"),
    (b"- x\n" * 200_000, 100_001, "more than 100000 values"),
    (b"a: " + b"{a: " * 100_000, 1, "nested deeper than 64"),
    (b"&a [" * 1_000, 1, "the anchor &a is not allowed"),
    (b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n", 1, "the anchor &a is not allowed"),
]


@pytest.mark.parametrize(("content", "line", "sentence"), BYTES, ids=range(len(BYTES)))
def test_bytes_that_are_no_rule(tmp_path, content, line, sentence):
    (fault,) = load_rules([written(tmp_path, "bad.yml", content)], bundled=False).faults
    assert fault.line == line
    assert sentence in fault.sentence


def test_a_byte_order_mark_is_none_of_the_text(tmp_path):
    assert (
        len(load_rules([written(tmp_path, "a.yml", b"\xef\xbb\xbf" + GOOD.encode())], bundled=False).rules)
        == 1
    )


def test_windows_line_ends_keep_the_lines(tmp_path):
    text = GOOD.replace("Image: x", "Image|nope: x").replace("\n", "\r\n")
    assert faults_of(written(tmp_path, "a.yml", text))[0].startswith(f"{tmp_path / 'a.yml'}:7: ")


def test_a_number_in_base_60_costs_nothing_and_stays_text(tmp_path):
    digits = "1" + ":59" * 100_000
    text = GOOD.replace("Image: x", f"CommandLine: {digits}")
    (rule,) = load_rules([written(tmp_path, "a.yml", text)], bundled=False).rules
    assert rule.detections["sel"].matchers[0].text == digits


def test_all_faults_of_a_rule_are_named_at_once(tmp_path):
    text = GOOD.replace("Image: x", "Image|nope: x\n        Nothing: y").replace(
        "condition: sel", "condition: a"
    )
    said = faults_of(written(tmp_path, "a.yml", text + "level: x\n"))
    assert len(said) == 4


def test_the_same_id_twice_is_a_fault_of_the_second(tmp_path):
    first, second = written(tmp_path, "a.yml", GOOD), written(tmp_path, "b.yml", GOOD)
    loaded = load_rules([tmp_path], bundled=False)
    assert [rule.path for rule in loaded.rules] == [str(first)]
    assert [str(fault) for fault in loaded.faults] == [
        f"{second}:1: the id 11111111-1111-4111-8111-111111111111 is already that of {first}:1"
    ]


def test_the_same_file_given_twice_is_no_fault(tmp_path):
    path = written(tmp_path, "a.yml", GOOD)
    loaded = load_rules([path, path, tmp_path], bundled=False)
    assert len(loaded.rules) == 1
    assert loaded.faults == ()


def test_folders_are_searched_whole_in_order(tmp_path):
    for number, name in enumerate(["b/c.yml", "b/a.yaml", "a.yml", "d/e/f.yml", "d/readme.md"]):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        written(tmp_path, name, GOOD.replace("1111-4111", f"{number:04}-4111"))
    rules = load_rules([tmp_path], bundled=False).rules
    assert [Path(rule.path).relative_to(tmp_path).as_posix() for rule in rules] == [
        "a.yml",
        "b/a.yaml",
        "b/c.yml",
        "d/e/f.yml",
    ]


def test_loops_of_links_end(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self.yml").symlink_to(tmp_path / "a" / "self.yml")
    written(tmp_path, "a/b/x.yml", GOOD)
    loaded = load_rules([tmp_path], bundled=False)
    assert len(loaded.rules) == 1
    (fault,) = loaded.faults
    assert str(fault).startswith(f"{tmp_path / 'a' / 'self.yml'}:1: cannot be read: ")


@with_fifos
def test_what_is_not_there_or_no_file_is_a_fault(tmp_path):
    os.mkfifo(tmp_path / "fifo.yml")
    (tmp_path / "dangling.yml").symlink_to("nowhere")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.yml"))
        said = faults_of(tmp_path / "nothing", tmp_path, Path("/dev/zero"), tmp_path / "nul\0.yml")
    assert f"{tmp_path / 'nothing'}:1: there is no such file or folder" in said
    assert f"{tmp_path / 'fifo.yml'}:1: not a regular file" in said
    assert f"{tmp_path / 'socket.yml'}:1: not a regular file" in said
    assert f"{tmp_path / 'dangling.yml'}:1: there is no such file or folder" in said
    assert "/dev/zero:1: not a regular file" in said
    assert len(said) == 6


@with_fifos
def test_a_fifo_is_not_even_opened(tmp_path):
    os.mkfifo(tmp_path / "fifo.yml")
    loading = threading.Thread(target=faults_of, args=(tmp_path,), daemon=True)
    loading.start()
    loading.join(10)
    assert not loading.is_alive()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are POSIX's")
def test_an_unreadable_file_is_a_fault():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = written(Path(folder), "a.yml", GOOD)
        path.chmod(0)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)  # root reads everything
        try:
            said = faults_of(path)
        finally:
            os.seteuid(user)
    assert said == [f"{path}:1: cannot be read: Permission denied"]


@as_root
@pytest.mark.parametrize(
    ("mode", "uid", "gid", "refused"),
    [
        (0o644, 0, 0, None),
        (0o664, 0, 0, None),
        (0o664, 0, 1000, "group 1000"),
        (0o646, 0, 0, "everybody"),
        (0o644, 1000, 0, "user 1000"),
    ],
)
def test_root_reads_only_what_nobody_else_can_change(tmp_path, mode, uid, gid, refused):
    path = written(tmp_path, "a.yml", GOOD)
    os.chown(path, uid, gid)
    path.chmod(mode)
    said = faults_of(path)
    assert said == ([f"{path}:1: {refused} can change it, so root does not read it"] if refused else [])


@as_root
def test_root_reads_no_folder_that_everybody_may_write(tmp_path):
    written(tmp_path, "a.yml", GOOD)
    tmp_path.chmod(0o777)
    assert faults_of(tmp_path) == [f"{tmp_path}:1: everybody can change it, so root does not read it"]
