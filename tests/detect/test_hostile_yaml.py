"""Many broken documents among good rules: nothing crashes, hangs or hides, and every good rule loads."""

from __future__ import annotations

import contextlib
import json
import random
import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from edr_tui.detect import Detector, Subject, load_rules
from edr_tui.detect.document import YamlFault, documents
from edr_tui.detect.read import Faults, Skipped, rule_of
from tests.detect.building import GOOD, process, written

PIECES = [
    "&a ",
    "*a",
    "<<: *a",
    "!!int ",
    "!!python/object/apply:os.system ['x']",
    "[",
    "{",
    "]",
    "}",
    "'",
    '"',
    "|",
    ">",
    "\t",
    "? ",
    ": ",
    "- ",
    "---\n",
    "...\n",
    "%TAG ! x\n",
    "\x00",
    "\x85",
    "\ufeff",
    "\ud7ff",
    "0x",
    "1:59:59",
    "~",
    "null: null\n",
    "\u2028",
    "@",
    "`",
]


def broken(number: int) -> str:
    """A good rule with something put in, taken out or doubled at a place that number decides."""
    chance = random.Random(number)
    text = GOOD.replace("1111-4111", f"{number:04}-4111")
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text))
        match chance.randrange(4):
            case 0:
                text = text[:at] + chance.choice(PIECES) * chance.choice([1, 1, 3, 200]) + text[at:]
            case 1:
                text = text[:at] + text[at + chance.randint(1, 9) :]
            case 2:
                text = text[:at] + text[at : at + 30] + text[at:]
            case 3:
                lines = text.splitlines(keepends=True)
                chance.shuffle(lines)
                text = "".join(lines)
    return text


def test_150_broken_documents_among_good_rules(tmp_path):
    for number in range(150):
        written(tmp_path, f"bad{number:03}.yml", broken(number))
        written(tmp_path, f"good{number:03}.yml", GOOD.replace("1111-4111", f"{number:04}-4222"))
    started = time.monotonic()
    loaded = load_rules([tmp_path], bundled=False)
    assert time.monotonic() - started < 5
    good = [rule.path for rule in loaded.rules if "good" in rule.path]
    assert len(good) == 150
    told = {*(rule.path for rule in loaded.rules), *(fault.path for fault in loaded.faults)}
    told |= {skipped.path for skipped in loaded.skipped}
    assert told == {str(path) for path in tmp_path.iterdir()}
    assert len({fault.path for fault in loaded.faults}) > 75
    for fault in loaded.faults:
        lines = broken(int(fault.path[-7:-4])).count("\n") + 1
        assert 1 <= fault.line <= lines + 1


def tried(content: bytes) -> None:
    """Nothing but what the two functions promise comes out."""
    found = ()
    with contextlib.suppress(YamlFault):
        found = documents(content)
    for document in found:
        faults = Faults()
        with contextlib.suppress(Skipped):
            rule = rule_of(document, "a.yml", "test", faults)
            assert (rule is None) == bool(faults.found)
            assert all(line >= 1 and sentence for line, sentence in faults.found)


@given(st.binary(max_size=400))
def test_any_bytes(content):
    tried(content)


@given(st.integers(min_value=1_000))
def test_any_damage_to_a_rule(number):
    tried(broken(number).encode("utf-8", "surrogatepass"))


@given(st.lists(st.sampled_from([*PIECES, *GOOD.splitlines(keepends=True)]), max_size=30).map("".join))
def test_any_order_of_the_pieces(text):
    tried(text.encode())


scalars = st.none() | st.booleans() | st.integers() | st.text(alphabet="ab*?\\|.'()[]", max_size=8)
trees = st.recursive(
    scalars,
    lambda parts: (
        st.lists(parts, max_size=3) | st.dictionaries(st.text(alphabet="ab|*", max_size=5), parts, max_size=3)
    ),
    max_leaves=15,
)
KEYS = [
    "title",
    "id",
    "level",
    "status",
    "tags",
    "logsource",
    "detection",
    "condition",
    "CommandLine|re",
    "Image",
]


@given(st.dictionaries(st.sampled_from(KEYS), trees | st.dictionaries(st.sampled_from(KEYS), trees)))
def test_any_shape_of_a_document(tree):
    tried(json.dumps(tree).encode())


REGEXES = [
    r"^(a+)+$",
    r"^(a*)*$",
    r"(a|a)*b",
    r"(a|aa)+$",
    r"([a-zA-Z]+)*!",
    r"(.*a){20}$",
    r"(.*)*x",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(x+x+)+y",
    r"(a?){500}a{500}",
    r"((a{1,30}){1,30}){1,1}",
    r"(\w+\s?)*\z",
    r"(?i)(a|b|ab)*c",
    r"(?s).*.*.*.*.*!",
    r"a.*a.*a.*a.*a.*a.*!",
    r"[^\x00]*[^\x01]*[^\x02]*!",
    r"\b(\w+)\b.*\b(\w+)\b!",
    r"(a{0,100}){0,10}!",
    r".{1000}!",
    r"(?:a*?)*?!",
    r"(?=a)",
    r"(?!a)",
    r"(?<=a)",
    r"(?<!a)",
    r"(a)\1",
    r"(?P<x>a)(?P=x)",
    r"(?>a)",
    r"a++",
    r"a{1001}",
    r"(a{1000}){1000}",
    r"(",
    r")",
    r"[",
    r"[z-a]",
    r"\8",
    r"(?#remark)a",
    r"*",
    r"a**",
    r"\X",
    r"\p{Klingon}",
]
REFUSED = 20  # from there on


def test_40_regexes_are_refused_or_quick(tmp_path):
    for number, regex in enumerate(REGEXES):
        quoted = regex.replace("'", "''")
        text = GOOD.replace("1111-4111", f"{number:04}-4111").replace(
            "Image: x", f"CommandLine|re: '{quoted}'"
        )
        written(tmp_path, f"{number:02}.yml", text)
    loaded = load_rules([tmp_path], bundled=False)
    assert [Path(rule.path).stem for rule in loaded.rules] == [f"{number:02}" for number in range(REFUSED)]
    assert [(Path(fault.path).stem, fault.line) for fault in loaded.faults] == [
        (f"{number:02}", 7) for number in range(REFUSED, len(REGEXES))
    ]
    detector = Detector(loaded.rules)
    for line in ("a" * 2_000_000, "aA " * 20_000, "x" * 40_000):
        started = time.monotonic()
        detector.evaluate(Subject(process(command_line=line), (), "linux"))
        assert time.monotonic() - started < 5
