"""Each modifier and each trap of Sigma's values, one by one, on the command line of a process."""

from __future__ import annotations

import pytest

from edr_tui.detect import Subject
from edr_tui.detect.read import Skipped
from edr_tui.model.process import Process
from tests.detect.building import matches, process, read


def told(command_line: str | None) -> Process:
    return process(command_line=command_line, working_directory="/dir")


# key, value as YAML, the field's value (None: missing), whether it matches
TABLE = [
    # equality and case
    ("CommandLine", "prog", "prog", True),
    ("CommandLine", "PROG", "prog", True),
    ("CommandLine", "prog", "progs", False),
    ("CommandLine", "ΣΊΣΥΦΟΣ", "σίσυφος", True),
    ("CommandLine|contains", "Σ", "ας b", True),
    ("CommandLine|cased", "Prog", "Prog", True),
    ("CommandLine|cased", "Prog", "prog", False),
    ("CommandLine|contains|cased", "RO", "PROG", True),
    ("CommandLine|cased|contains", "RO", "prog", False),
    # wildcards
    ("CommandLine", "'*'", "", True),
    ("CommandLine", "'*'", None, False),
    ("CommandLine", "'p*g'", "prog", True),
    ("CommandLine", "'p*g'", "pg", True),
    ("CommandLine", "p?og", "prog", True),
    ("CommandLine", "p?g", "prog", False),
    ("CommandLine", "p?g", "pg", False),
    ("CommandLine", "'a*'", "a\nb", True),
    # escapes
    ("CommandLine", r"a\*", "a*", True),
    ("CommandLine", r"a\*", "ab", False),
    ("CommandLine", r"a\?", "a?", True),
    ("CommandLine", r"a\?", "ab", False),
    ("CommandLine", r"C:\\*", r"C:\x", True),
    ("CommandLine", r"C:\\*", "C:x", False),
    ("CommandLine", r"C:\\\*", r"C:\*", True),
    ("CommandLine", r"C:\\\*", r"C:\x", False),
    ("CommandLine", r"\\\\srv\\*", r"\\srv\c$", True),
    ("CommandLine", r"\\srv", r"\srv", True),
    ("CommandLine|contains", "\\Temp\\", r"c:\temp\a", True),
    ("CommandLine|endswith", "\\", "c:\\", True),
    ("CommandLine|endswith", "\\", "c:", False),
    ("CommandLine|startswith", r"\\\\", r"\\srv", True),
    ("CommandLine|startswith", r"\\\\", r"\srv", False),
    # contains, startswith, endswith, also with wildcards within
    ("CommandLine|contains", "ro", "prog", True),
    ("CommandLine|contains", "a*d", "xabcdx", True),
    ("CommandLine|contains", "a?d", "xabcdx", False),
    ("CommandLine|contains", "'*ro*'", "prog", True),
    ("CommandLine|contains", "''", "anything", True),
    ("CommandLine|contains", "''", None, False),
    ("CommandLine|startswith", "pr", "prog", True),
    ("CommandLine|startswith", "ro", "prog", False),
    ("CommandLine|startswith", "p?o", "prog", True),
    ("CommandLine|endswith", "og", "prog", True),
    ("CommandLine|endswith", "ro", "prog", False),
    # lists are or, all is and, also of one value
    ("CommandLine", "[x, prog]", "prog", True),
    ("CommandLine", "[x, y]", "prog", False),
    ("CommandLine|contains|all", "[p, g]", "prog", True),
    ("CommandLine|contains|all", "[p, z]", "prog", False),
    ("CommandLine|contains|all", "p", "prog", True),
    ("CommandLine|contains|all", "[z]", "prog", False),
    ("CommandLine|all|contains", "[p, g]", "prog", True),
    # numbers, booleans, dates and other texts that YAML likes to change
    ("CommandLine", "4444", "4444", True),
    ("CommandLine", "'4444'", "4444", True),
    ("CommandLine|contains", "4444", "nc 4444", True),
    ("CommandLine", "-5", "-5", True),
    ("CommandLine", "007", "007", True),
    ("CommandLine", "1.50", "1.50", True),
    ("CommandLine", "1_000", "1_000", True),
    ("CommandLine", "0x1F", "0x1f", True),
    ("CommandLine", "1:59:59", "1:59:59", True),
    ("CommandLine", "2024-01-01", "2024-01-01", True),
    ("CommandLine", "yes", "yes", True),
    ("CommandLine", "True", "true", True),
    ("CommandLine", "'true'", "true", True),
    # null, empty, missing
    ("CommandLine", "null", None, True),
    ("CommandLine", "null", "", False),
    ("CommandLine", "null", "null", False),
    ("CommandLine", "", None, True),
    ("CommandLine", "~", None, True),
    ("CommandLine", "'null'", "null", True),
    ("CommandLine", "'null'", None, False),
    ("CommandLine", "''", "", True),
    ("CommandLine", "''", None, False),
    ("CommandLine", "''", "x", False),
    ("CommandLine", "[null, '']", "", True),
    ("CommandLine", "[null, '']", None, True),
    ("CommandLine", "[null, prog]", "prog", True),
    ("CommandLine|exists", "true", "", True),
    ("CommandLine|exists", "true", None, False),
    ("CommandLine|exists", "false", None, True),
    ("CommandLine|exists", "false", "x", False),
    # regular expressions: found anywhere, case counts
    ("CommandLine|re", "r.g", "prog", True),
    ("CommandLine|re", "^r.g", "prog", False),
    ("CommandLine|re", "R.G", "prog", False),
    ("CommandLine|re|i", "R.G", "prog", True),
    ("CommandLine|re", r"a\*", "a*", True),
    ("CommandLine|re", ["p", "x"], "prog", True),
    ("CommandLine|re", "^$", "", True),
    ("CommandLine|re", ".*", None, False),
    ("CommandLine|re|all", "[p, g$]", "prog", True),
    # windash: any dash in front of a word, the rest as it stands
    ("CommandLine|contains|windash", "' -enc '", "x -enc y", True),
    ("CommandLine|contains|windash", "' -enc '", "x /enc y", True),
    ("CommandLine|contains|windash", "' -enc '", "x –ENC y", True),
    ("CommandLine|contains|windash", "' -enc '", "x —enc y", True),
    ("CommandLine|contains|windash", "' -enc '", "x ―enc y", True),
    ("CommandLine|contains|windash", "' /enc '", "x -enc y", True),
    ("CommandLine|contains|windash", "' -enc '", "x enc y", False),
    ("CommandLine|windash|contains", "' -a -b'", "x /a -b", True),
    ("CommandLine|contains|windash", "a-b", "xa/bx", False),
    ("CommandLine|contains|windash", "' -a*-b '", "x /a 1 –b y", True),
    ("CommandLine|contains|windash|all", "[-a, -b]", "/b /a", True),
    ("CommandLine|endswith|windash", "' -'", "x -", True),
    ("CommandLine|endswith|windash", "' -'", "x /", False),
    ("CommandLine|startswith|windash", "-a?c", "/abc", True),
    # base64: as a whole, at every place where it may begin, and of two bytes a character
    ("CommandLine|base64", "foobar", "Zm9vYmFy", True),
    ("CommandLine|base64|contains", "foobar", "x Zm9vYmFy y", True),
    ("CommandLine|base64|contains", "foobar", "x YWZvb2Jhcg== y", False),
    ("CommandLine|base64offset|contains", "foobar", "x YWZvb2Jhcg== y", True),
    ("CommandLine|base64offset|contains", "foobar", "x YWFmb29iYXI= y", True),
    ("CommandLine|base64offset|contains", "foobar", "x Zm9vYmE= y", False),
    ("CommandLine|base64offset|contains|all", "[foobar, barfoo]", "Zm9vYmFy YWJhcmZvbw==", True),
    ("CommandLine|base64offset|contains|all", "[foobar, barfoo]", "Zm9vYmFy", False),
    ("CommandLine|wide|base64offset|contains", "IEX", "x SQBFAFgA y", True),
    ("CommandLine|utf16le|base64offset|contains", "IEX", "x YQBJAEUAWAA= y", True),
    ("CommandLine|utf16be|base64|contains", "IEX", "x AEkARQBY y", True),
    ("CommandLine|utf16|base64|contains", "IEX", "x //5JAEUAWAA= y", True),
    ("CommandLine|wide|base64|contains", "é", "6QA=", True),
    ("CommandLine|wide|contains", "ab", "'a\0b\0'", True),
    ("CommandLine|base64", r"a\*", "YSo=", True),
    # fields against each other
    ("CommandLine|fieldref", "CurrentDirectory", "/dir", True),
    ("CommandLine|fieldref", "CurrentDirectory", "/DIR", True),
    ("CommandLine|fieldref", "CurrentDirectory", "/dir/x", False),
    ("CommandLine|fieldref|startswith", "CurrentDirectory", "/Dir/x", True),
    ("CommandLine|fieldref|endswith", "CurrentDirectory", "x/dir", True),
    ("CommandLine|contains|fieldref", "CurrentDirectory", "x /dir x", True),
    ("CommandLine|fieldref|cased", "CurrentDirectory", "/Dir", False),
    ("CommandLine|fieldref", "Company", "", False),
    ("CommandLine|fieldref", "Company", None, False),
    ("CommandLine|fieldref", "[Company, CurrentDirectory]", "/dir", True),
    ("CommandLine|fieldref|all", "[Company, CurrentDirectory]", "/dir", False),
    ("CommandLine|fieldref|neq", "CurrentDirectory", "/dir", False),
    # not equal: none of the values, whatever the comparison, also of a field that is missing
    ("CommandLine|neq", "prog", "prog", False),
    ("CommandLine|neq", "[a, b]", "prog", True),
    ("CommandLine|neq", "[a, prog]", "prog", False),
    ("CommandLine|neq", "prog", None, True),
    ("CommandLine|contains|neq", "ro", "prog", False),
    ("CommandLine|re|neq", "x", "prog", True),
    ("CommandLine|neq", "null", None, False),
    # numbers, networks, times
    ("CommandLine|gt", "5", "6", True),
    ("CommandLine|gt", "5", "5", False),
    ("CommandLine|gte", "5", "5", True),
    ("CommandLine|lt", "5", "4.5", True),
    ("CommandLine|lt", "5", "-6", True),
    ("CommandLine|lte", "5.5", "5.5", True),
    ("CommandLine|lt", "5", "x", False),
    ("CommandLine|lt", "5", "", False),
    ("CommandLine|lt", "5", None, False),
    ("CommandLine|gt", "5", "nan", False),
    ("CommandLine|gt", "5", "0xff", True),
    ("CommandLine|gt", "5", "9" * 50, False),
    ("CommandLine|cidr", "10.0.0.0/8", "10.1.2.3", True),
    ("CommandLine|cidr", "10.0.0.0/8", "11.1.2.3", False),
    ("CommandLine|cidr", "['::1/128', 10.0.0.0/8]", "::1", True),
    ("CommandLine|cidr", "10.0.0.0/8", "::1", False),
    ("CommandLine|cidr", "10.0.0.0/8", "x", False),
    ("CommandLine|hour", "3", "2026-01-05 03:59:59.123", True),
    ("CommandLine|hour", "3", "2026-01-05T04:00:00Z", False),
    ("CommandLine|minute", "59", "2026-01-05 03:59:59.123", True),
    ("CommandLine|day", "5", "2026-01-05", True),
    ("CommandLine|week", "2", "2026-01-05", True),
    ("CommandLine|month", "1", "2026-01-05", True),
    ("CommandLine|year", "2026", "2026-01-05", True),
    ("CommandLine|year", "2026", "x", False),
    # a percent sign without a partner is a plain one, and so is a pair without expand
    ("CommandLine|expand", "100%", "100%", True),
    ("CommandLine", "'%temp%'", "%temp%", True),
]


@pytest.mark.parametrize(("key", "value", "field", "expected"), TABLE)
def test_a_value_against_a_field(key, value, field, expected):
    shown = value if isinstance(value, str) else "[" + ", ".join(value) + "]"
    assert matches(f"sel:\n    {key}: {shown}\ncondition: sel", told(field)) is expected


def test_m_and_s_change_lines_and_dots():
    two_lines = told("a\nb")
    assert not matches("sel:\n    CommandLine|re: a.b\ncondition: sel", two_lines)
    assert matches("sel:\n    CommandLine|re|s: a.b\ncondition: sel", two_lines)
    assert not matches("sel:\n    CommandLine|re: ^b\ncondition: sel", two_lines)
    assert matches("sel:\n    CommandLine|re|m: ^b\ncondition: sel", two_lines)
    assert matches("sel:\n    CommandLine|re|i|m|s: ^B\ncondition: sel", two_lines)


def test_a_number_is_compared_with_the_text_of_a_number():
    assert matches("sel:\n    ProcessId: 9\ncondition: sel", process(pid=9))
    assert matches("sel:\n    ProcessId: '9'\ncondition: sel", process(pid=9))
    assert not matches("sel:\n    ProcessId: 9\ncondition: sel", process(pid=99))


@pytest.mark.parametrize(
    ("detection", "expected"),
    [
        ("sel:\n    Image: /usr/bin/prog\n    CommandLine: prog", True),
        ("sel:\n    Image: /usr/bin/prog\n    CommandLine: x", False),
        ("sel:\n    - Image: x\n    - CommandLine: prog", True),
        ("sel:\n    - Image: x\n      CommandLine: prog\n    - Image: y", False),
        ("sel:\n    - Image: /usr/bin/prog\n      CommandLine: [x, prog]", True),
        ("sel:\n    - rog\n    - nothing", True),
        ("sel:\n    - nothing", False),
        ("sel: rog", True),
        ("sel:\n    '|all': [rog, /usr]", True),
        ("sel:\n    '|all': [rog, nothing]", False),
        ("sel:\n    - nothing\n    - CommandLine: prog", True),
        ("sel:\n    - ANA", True),
        ("sel:\n    '|re': 'r.g$'", True),
        ("sel:\n    '|startswith': /usr", True),
        ("sel:\n    '|startswith': usr", False),
        ("sel:\n    '|base64offset': xy", False),
        ("sel:\n    '|neq': nothing", True),
        ("sel:\n    - 'p*g'", True),
    ],
)
def test_maps_lists_of_maps_and_keywords(detection, expected):
    assert matches(f"{detection}\ncondition: sel", process(user="ana")) is expected


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("CommandLine|nope", "x", "there is no modifier 'nope'"),
        ("CommandLine|contains|base64offset", "x", "base64offset stands before 'contains', not behind it"),
        ("CommandLine|base64", "'a*'", "base64 takes no wildcards"),
        ("CommandLine|base64offset", "''", "base64offset of an empty text is nothing"),
        ("CommandLine|base64offset", "x", "base64offset of a single byte says nothing"),
        ("CommandLine|re|base64", "x", "re does not go with base64"),
        ("CommandLine|wide|utf16be", "x", "only one does"),
        ("CommandLine|contains|wide", "x", "an encoding stands before the other modifiers"),
        ("CommandLine|cidr", "10.0.0.1/8", "cidr needs a network such as 10.0.0.0/8"),
        ("CommandLine|cidr|contains", "10.0.0.0/8", "cidr goes with no other modifier"),
        ("CommandLine|contains|cidr", "10.0.0.0/8", "cidr goes with no other modifier"),
        ("CommandLine|gt", "x", "gt needs a number, not 'x'"),
        ("CommandLine|gt", "true", "gt needs a number, not 'true'"),
        ("CommandLine|hour", "x", "hour needs a whole number, not 'x'"),
        ("CommandLine|fieldref", "Nope", "there is no field 'Nope'"),
        ("CommandLine|fieldref|re", "Image", "fieldref goes only with one of contains"),
        ("CommandLine|fieldref|contains|endswith", "Image", "fieldref goes only with one of contains"),
        ("CommandLine|contains", "null", "null has no text for contains"),
        ("CommandLine|contains|startswith", "x", "do not go together"),
        ("CommandLine|re|contains", "x", "re does not go with contains"),
        ("CommandLine|contains|re", "x", "re stands before the other modifiers"),
        ("CommandLine|re|cased", "x", "re does not go with cased"),
        ("CommandLine|re|windash", "x", "re does not go with windash"),
        ("CommandLine|windash|re", "-x", "re stands before the other modifiers"),
        ("CommandLine|i", "x", "stands after re"),
        ("CommandLine|re", "5", "needs a regular expression as text"),
        ("CommandLine|re", "'(?=a)'", "RE2 refuses the regular expression: invalid perl operator"),
        ("CommandLine|exists", "x", "exists needs true or false"),
        ("CommandLine|exists|contains", "true", "exists goes with no other modifier"),
        ("CommandLine", "[]", "lists no value"),
        ("CommandLine", "[[x]]", "needs single values"),
        ("CommandLine", "{a: b}", "needs single values"),
        ("Commandline", "x", "there is no field 'Commandline'"),
        ("''", "null", "null is no keyword"),
    ],
)
def test_what_does_not_go_together_is_a_fault_with_its_line(key, value, sentence):
    found, faults = read(f"sel:\n    {key}: {value}\ncondition: sel")
    assert found is None
    ((line, said),) = faults
    assert line == 7
    assert sentence in said


def test_a_placeholder_leaves_the_rule_out_with_the_reason():
    with pytest.raises(Skipped, match="it has the placeholder %admins%, for which there is no list"):
        read("sel:\n    User|expand: '%admins%'\ncondition: sel")


def test_a_null_in_a_list_of_none_of_them_is_there():
    assert matches("sel:\n    Image: '*'\n    User|neq: null\ncondition: sel", process(user="a"))


def test_of_a_long_value_the_beginning_and_the_end_are_looked_at():
    half = 16_384
    whole = told("a" * 32_767 + "b")
    assert matches("sel:\n    CommandLine|endswith: aab\ncondition: sel", whole)
    cut = told("b" + "a" * (half - 1) + "c" * 9 + "a" * (half - 2) + "b")
    for found in ("startswith: ba", "endswith: ab", "contains: ab"):
        assert matches(f"sel:\n    CommandLine|{found}\ncondition: sel", cut)
    for not_found in ("contains: c", f"contains: {'a' * half}", "contains: baaab"):
        assert not matches(f"sel:\n    CommandLine|{not_found}\ncondition: sel", cut)


def test_a_known_field_that_no_sensor_tells_is_missing():
    subject = Subject(process())
    assert not matches("sel:\n    Hashes|contains: x\ncondition: sel", subject)
    assert matches("sel:\n    Hashes: null\ncondition: sel", subject)
    assert matches("sel:\n    Image: '*'\nother:\n    Company: x\ncondition: sel and not other", subject)
