"""One process with its ancestry -> every field."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from edr_tui.detect import Detector, Subject
from edr_tui.detect.fields import FIELDS, MAX_ANCESTORS, NOT_SUPPLIED, is_field
from edr_tui.model.process import Image, Parent, Tty, User
from tests.detect.building import process, rule

NGINX = process("nginx", "/usr/sbin/nginx", "nginx: worker", pid=2, user="www-data")
MASTER = process("nginx", "/usr/sbin/nginx", "nginx: master", pid=1, user="root")
SHELL = process(
    "sh", "/usr/bin/dash", "sh -c id", pid=3, user="www-data", working_directory="/srv", tty=Tty(name="pts/0")
)
START_NS = 1_795_508_130_123_456_789  # 2026-11-24 08:15:30 UTC
SHELL = replace(
    SHELL,
    images=(
        replace(
            SHELL.image,
            env_vars=("LD_PRELOAD=/tmp/a.so:b.so", "LD_LIBRARY_PATH=/tmp"),
            sockets=(0, 2),
            since_ns=START_NS,
        ),
    ),
    login_uid="1000",
    container_id="c0ffee",
    hidden="/proc does not list it",
)
CHAIN = Subject(SHELL, (NGINX, MASTER), "linux")


def texts(subject: Subject, field: str) -> list[str] | None:
    values = subject.values(field)
    return None if values is None else [value.text for value in values]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Image", ["/usr/bin/dash", "/usr/bin/sh"]),
        ("CommandLine", ["sh -c id"]),
        ("OriginalFileName", None),
        ("User", ["www-data"]),
        ("EffectiveUser", ["www-data"]),
        ("CurrentDirectory", ["/srv"]),
        ("ProcessId", ["3"]),
        ("ParentImage", ["/usr/sbin/nginx"]),
        ("ParentCommandLine", ["nginx: worker"]),
        ("ParentUser", ["www-data"]),
        ("ParentProcessId", ["2"]),
        ("GrandParentImage", ["/usr/sbin/nginx"]),
        ("GrandParentCommandLine", ["nginx: master"]),
        ("Ancestors", ["/usr/sbin/nginx", "/usr/sbin/nginx"]),
        ("AncestorCommandLines", ["nginx: worker", "nginx: master"]),
        ("Lineage", ["nginx>nginx>dash", "nginx>nginx>sh"]),
        ("ImageInvoked", ["/usr/bin/sh", "sh"]),
        ("CommandLineDecoded", None),
        ("Tty", ["pts/0"]),
        ("IsMemfd", ["false"]),
        ("IsDeleted", ["false"]),
        ("IsCommandLineLong", ["false"]),
        ("IsKernelThreadName", ["false"]),
        ("Hidden", ["/proc does not list it"]),
        ("StdioSocket", ["0", "2"]),
        ("EnvPreload", ["/tmp/a.so", "b.so"]),
        ("LoginUser", ["1000"]),
        ("ContainerId", ["c0ffee"]),
        ("UtcTime", ["2026-11-24 08:15:30.123"]),
        ("Hour", [time.strftime("%-H", time.localtime(START_NS // 10**9))]),
        ("Weekday", [time.strftime("%A", time.localtime(START_NS // 10**9))]),
    ],
)
def test_each_field_of_a_chain(field, expected):
    assert texts(CHAIN, field) == expected


def test_the_table_above_names_every_field():
    tested = next(mark for mark in test_each_field_of_a_chain.pytestmark if mark.name == "parametrize").args[
        1
    ]
    assert {row[0] for row in tested} == set(FIELDS)


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_what_is_not_known_is_missing_never_empty(field):
    bare = process(None, None, None)
    known = {"ProcessId": ["9"], "Lineage": ["?"]}
    assert texts(Subject(bare, (), "linux"), field) == known.get(field)


def test_what_a_recording_tells_is_there_and_the_process_goes_first():
    told = {
        "Company": "Vendor",
        "CommandLine": "other",
        "Hashes": "SHA1=AB,MD5=cd, IMPHASH=EF",
        "ParentUser": "root",
        "OriginalFileName": "x.exe",
    }
    parent = Parent(entity_id="p", executable="/p")
    subject = Subject(process(parent=parent), (), "windows", None, told)
    assert texts(subject, "Company") == ["Vendor"]
    assert texts(subject, "CommandLine") == ["prog"]
    assert texts(subject, "OriginalFileName") == ["x.exe"]
    assert texts(subject, "Imphash") == ["EF"]
    assert (texts(subject, "sha1"), texts(subject, "md5"), texts(subject, "sha256")) == (["AB"], ["cd"], None)
    assert [value.entity_id for value in subject.values("ParentUser")] == ["p"]
    assert subject.values("Nonsense") is None
    of = rule("sel:\n    Hashes|contains: IMPHASH=ef\n    Company: vendor\ncondition: sel")
    assert Detector([of]).evaluate(subject)
    assert not Detector([of]).evaluate(Subject(process(parent=parent), (), "windows"))


def test_a_time_that_no_calendar_holds_is_missing():
    node = replace(process(), start_ns=10**30)
    assert texts(Subject(node), "Hour") is None
    assert texts(Subject(process(), (), None, START_NS), "UtcTime") == ["2026-11-24 08:15:30.123"]


@pytest.mark.parametrize("field", sorted(NOT_SUPPLIED))
def test_a_field_that_no_sensor_tells_is_missing(field):
    assert is_field(field)
    assert CHAIN.values(field) is None


def test_values_belong_to_the_process_whose_they_are():
    assert [value.entity_id for value in CHAIN.values("Ancestors")] == ["e2", "e1"]
    assert [value.entity_id for value in CHAIN.values("GrandParentImage")] == ["e1"]
    assert [value.entity_id for value in CHAIN.values("Image")] == ["e3", "e3"]


def test_an_empty_command_line_is_not_an_unknown_one():
    assert texts(Subject(process(command_line="")), "CommandLine") == [""]


def test_the_arguments_stand_in_for_a_command_line():
    assert texts(Subject(process(command_line=None, args=("a", "b"))), "CommandLine") == ["a b"]


def test_a_parent_without_a_node_is_known_from_what_was_told():
    told = Parent(entity_id="p", pid=7, name="sh", executable="/usr/bin/dash", command_line="sh x")
    subject = Subject(process(parent=told), (), "linux")
    assert texts(subject, "ParentImage") == ["/usr/bin/dash", "/usr/bin/sh"]
    assert texts(subject, "ParentCommandLine") == ["sh x"]
    assert texts(subject, "ParentProcessId") == ["7"]
    assert texts(subject, "Ancestors") == ["/usr/bin/dash", "/usr/bin/sh"]
    assert texts(subject, "AncestorCommandLines") == ["sh x"]
    assert texts(subject, "ParentUser") is None
    assert texts(subject, "GrandParentImage") is None
    assert {value.entity_id for value in subject.values("ParentImage")} == {"p"}


def test_a_node_that_says_less_than_was_told_is_filled_up_and_keeps_its_name():
    told = Parent(
        entity_id="alias", pid=2, name="nginx", executable="/usr/sbin/nginx", command_line="nginx x"
    )
    node = process(None, None, None, pid=2)
    subject = Subject(process(parent=told), (node,), "linux")
    assert texts(subject, "ParentImage") == ["/usr/sbin/nginx"]
    assert texts(subject, "ParentCommandLine") == ["nginx x"]
    assert [value.entity_id for value in subject.values("ParentImage")] == ["e2"]


def test_a_folded_ancestor_is_no_parent():
    told = Parent(entity_id="p", pid=7, executable="/usr/bin/x")
    subject = Subject(process(parent=told, folded=3), (NGINX, MASTER), "linux")
    assert texts(subject, "ParentImage") == ["/usr/bin/x"]
    assert texts(subject, "GrandParentImage") is None
    assert texts(subject, "Ancestors") == ["/usr/bin/x", "/usr/sbin/nginx", "/usr/sbin/nginx"]


def test_ancestors_are_the_nearest_sixteen():
    above = tuple(process(str(pid), f"/bin/{pid}", pid=pid) for pid in range(30, 0, -1))
    assert texts(Subject(SHELL, above, "linux"), "Ancestors") == [f"/bin/{pid}" for pid in range(30, 14, -1)]
    assert len(texts(Subject(SHELL, above, "linux"), "AncestorCommandLines")) == MAX_ANCESTORS


@pytest.mark.parametrize(
    ("executable", "image", "memfd", "deleted"),
    [
        ("/usr/sbin/nginx (deleted)", "/usr/sbin/nginx", "false", "true"),
        ("/memfd:x (deleted)", "/memfd:x", "true", "false"),
        ("/memfd:x", "/memfd:x", "true", "false"),
        ("/tmp/memfd:x", "/tmp/memfd:x", "false", "false"),
    ],
)
def test_images_that_are_no_files_any_more(executable, image, memfd, deleted):
    subject = Subject(process("nginx", executable), (), "linux")
    assert texts(subject, "Image")[0] == image
    assert texts(subject, "IsMemfd") == [memfd]
    assert texts(subject, "IsDeleted") == [deleted]


def test_names_in_a_lineage_cannot_forge_generations():
    forged = process("a>winword.exe>b", "C:\\a>winword.exe>b")
    assert texts(Subject(forged, (), "windows"), "Lineage") == ["a_winword.exe_b"]


def test_windows_paths_end_at_either_separator():
    assert texts(Subject(process("cmd.exe", "C:\\Windows/cmd.exe"), (), "windows"), "Lineage") == ["cmd.exe"]


def test_the_effective_user_is_the_real_one_unless_told_otherwise():
    assert texts(Subject(process(user="ana")), "EffectiveUser") == ["ana"]
    setuid = process(user="ana", effective_user=User(name="root"))
    assert texts(Subject(setuid), "EffectiveUser") == ["root"]
    assert texts(Subject(process(user="ana")), "User") == ["ana"]


def test_a_user_without_a_name_is_its_id():
    subject = Subject(process())
    node = subject.process.__class__(
        entity_id="x", pid=1, images=(Image(),), first_seen_ns=0, user=User(id="1000")
    )
    assert texts(Subject(node), "User") == ["1000"]


@pytest.mark.parametrize(
    ("comm", "executable", "args", "called"),
    [
        ("sh", "/usr/bin/dash", None, "/usr/bin/sh"),
        ("nc", "/usr/bin/nc.openbsd", None, "/usr/bin/nc"),
        ("python3", "/usr/bin/python3.11", None, "/usr/bin/python3"),
        ("nginx", "/usr/sbin/nginx", None, None),
        ("nginx", "/usr/sbin/nginx (deleted)", None, None),
        ("a-very-long-nam", "/usr/bin/a-very-long-name", None, None),
        ("gnome-terminal-", "/usr/libexec/gnome-terminal-server", None, None),
        ("a-very-long-nam", "/usr/bin/other", None, "/usr/bin/a-very-long-nam"),
        ("x/y", "/usr/bin/dash", None, None),
        ("", "/usr/bin/dash", None, None),
        (None, "/usr/bin/dash", None, None),
        ("apache2", "/usr/bin/dash", ("/bin/sh", "/etc/init.d/apache2", "start"), "/etc/init.d/apache2"),
        ("run", "/usr/bin/bash", ("/bin/bash", "-e", "./run"), "./run"),
        ("a-very-long-nam", "/usr/bin/dash", ("sh", "/x/a-very-long-name.sh"), "/x/a-very-long-name.sh"),
        ("sh", None, None, "?/sh"),
    ],
)
def test_the_path_it_was_called_by_is_told_by_comm_on_linux(comm, executable, args, called):
    subject = Subject(process(comm, executable, args=args), (), "linux")
    derived = [value.text for value in subject.values("Image") or () if not value.firm]
    assert derived == ([] if called is None else [called])


def test_elsewhere_the_name_tells_nothing_but_where_the_path_is_unknown():
    assert texts(Subject(process("sh", "/bin/dash"), (), "macos"), "Image") == ["/bin/dash"]
    assert texts(Subject(process("x", "C:\\cmd.exe"), (), "windows"), "Image") == ["C:\\cmd.exe"]
    (value,) = Subject(process("services.exe", None), (), "windows").values("Image")
    assert (value.text, value.firm) == ("?\\services.exe", False)


def test_a_sensor_that_knows_the_path_called_is_believed():
    subject = Subject(process("x", "/usr/bin/dash", invoked="/bin/sh"), (), "linux")
    assert texts(subject, "Image") == ["/usr/bin/dash", "/bin/sh"]
    same = Subject(process("x", "/usr/bin/dash", invoked="/usr/bin/dash"), (), "linux")
    assert texts(same, "Image") == ["/usr/bin/dash"]


@pytest.mark.parametrize(
    ("length", "true_length", "reason", "long"),
    [
        (32_768, None, None, "false"),
        (32_769, None, None, "true"),
        (9_000, 40_000, "truncated", "true"),  # cut by the sensor, in an alphabet that takes room
        (6_000, None, "truncated", "true"),  # laid over more than a sensor reads
        (20, None, "truncated", "false"),  # the reading failed
        (6_000, None, "late", "false"),
    ],
)
def test_a_command_line_is_long_if_rules_do_not_see_all_of_it(length, true_length, reason, long):
    told = process(command_line="x" * length, unknown={"process.command_line": reason} if reason else {})
    image = replace(told.image, command_line_length=true_length)
    assert texts(Subject(replace(told, images=(image,))), "IsCommandLineLong") == [long]


def test_an_unknown_command_line_is_neither_long_nor_short():
    assert texts(Subject(process(command_line=None)), "IsCommandLineLong") is None


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("kworker/0:1", ("./x",), "true"),
        ("kworker/u8:3-events_unbound", ("./x",), "true"),
        ("ksoftirqd/0", ("./x",), "true"),
        ("kthreadd", ("./x",), "true"),
        ("x", ("[kworker/0:1]",), "true"),
        ("x", ("[anything] ",), "true"),
        ("kworkerd", ("kworkerd",), "false"),
        ("[", ("[", "-f", "/x", "]"), "false"),  # the program that tests files
        ("x", ("[]",), "false"),
        ("bash", None, "false"),
    ],
)
def test_a_program_that_takes_the_name_of_a_kernel_thread(name, args, expected):
    subject = Subject(process(name, "/tmp/x", args=args, command_line=None), (), "linux")
    assert texts(subject, "IsKernelThreadName") == [expected]


def test_a_kernel_thread_may_be_called_as_it_is():
    thread = process("kworker/0:1", None, None, kernel_thread=True)
    assert texts(Subject(thread, (), "linux"), "IsKernelThreadName") == ["false"]


def test_preloads_are_named_one_by_one_without_what_is_empty():
    told = process()
    image = replace(told.image, env_vars=("LD_PRELOAD=/a.so  /b.so:/a.so", "LD_AUDIT=", "LD_AUDIT=/c.so"))
    subject = Subject(replace(told, images=(image,)))
    assert texts(subject, "EnvPreload") == ["/a.so", "/b.so", "/c.so"]


def test_who_logged_in_is_named_after_an_ancestor_of_that_uid():
    login = process("bash", pid=1)
    login = replace(login, user=User(id="1000", name="ana"))
    root = replace(process("sh", pid=2), user=User(id="0", name="root"), login_uid="1000")
    assert texts(Subject(root, (login,)), "LoginUser") == ["ana", "1000"]
    assert texts(Subject(root), "LoginUser") == ["1000"]
