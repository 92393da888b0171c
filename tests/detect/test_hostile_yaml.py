"""Many broken documents among good rules: nothing crashes, hangs or hides, and every good rule loads."""

from __future__ import annotations

import contextlib
import json
import random
import time

from hypothesis import given
from hypothesis import strategies as st

from edr_tui.detect import load_rules
from edr_tui.detect.document import YamlFault, documents
from edr_tui.detect.read import Faults, Skipped, rule_of
from tests.detect.building import GOOD, written

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
