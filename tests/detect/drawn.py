"""Rules and processes at random, small enough that they often meet."""

from __future__ import annotations

import itertools

from hypothesis import strategies as st

from tests.detect.building import process

VALUES = ["*", "a", "A?", "'*b'", "'a*b*'", "''", "null", "aab", "'*a*'", "5"]
KEYS = [
    "CommandLine",
    "Image|endswith",
    "Image|contains",
    "Ancestors",
    "ParentImage|endswith",
    "Lineage|contains",
    "User",
    "CommandLine|contains|all",
    "CommandLine|re",
    "CommandLine|cased",
    "Image|startswith",
]
entries = st.dictionaries(
    st.sampled_from(KEYS), st.lists(st.sampled_from(VALUES), min_size=1, max_size=3), min_size=1, max_size=2
)
words = st.lists(st.sampled_from(["a", "'*b'", "aa", "x"]), min_size=1, max_size=2)
CONDITIONS = [
    "s0",
    "not s0",
    "s0 and not s1",
    "not (s0 or not s1)",
    "1 of s*",
    "all of them",
    "not all of them",
    "s0 or (s1 and not s2)",
    "not (not s0 and s1) or s2",
]
names = st.sampled_from(["a", "b", "ab", "B", None])
nodes = st.builds(
    lambda name, path, line, pid: process(name, None if path is None else f"/{path}", line, pid=pid),
    names,
    names,
    st.sampled_from(["a", "aab", "b a", "", "AB", "5", None]),
    st.integers(0, 9),
)


def selection(number: int, block: dict[str, list[str]] | list[str]) -> str:
    if isinstance(block, list):
        return f"s{number}: [{', '.join(map(quoted, block))}]\n"
    lines = []
    for key, values in block.items():
        modified = "|" in key
        shown = [value for value in values if not (modified and value == "null")] or ["a"]
        if "|re" in key:
            shown = ["a.b", "'^a'"]
        lines.append(f"    {key}: [{', '.join(map(quoted, shown))}]\n")
    return f"s{number}:\n" + "".join(lines)


def quoted(value: str) -> str:
    return "'*'" if value == "*" else value


def rule_text(blocks: list[dict[str, list[str]] | list[str]], condition: str) -> str:
    return "".join(itertools.starmap(selection, enumerate(blocks))) + f"condition: {condition}"


rule_texts = st.builds(
    rule_text, st.lists(entries | words, min_size=3, max_size=3), st.sampled_from(CONDITIONS)
)
