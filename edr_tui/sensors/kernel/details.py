"""What the kernel's record does not hold, asked of the system: user names, and /proc where needed."""

from __future__ import annotations

from edr_tui.model.process import User
from edr_tui.sensors.containers import ControlGroups
from edr_tui.sensors.deadline import DeadlineReads
from edr_tui.sensors.linux import LinuxSystem
from edr_tui.sensors.system import GONE, LATE, Details
from edr_tui.sensors.users import Users


class SlowDetails:
    """Answers that may take their time, each with a deadline."""

    def __init__(self, system: LinuxSystem) -> None:
        self._system = system
        self._users = Users()
        self._control_groups = ControlGroups()
        self._names: dict[int, User] = {}
        self._lookups = DeadlineReads(self._users.user)
        self._reads = DeadlineReads(self._read)

    def user(self, uid: int, field: str, unknown: dict[str, str]) -> User:
        """The user of a uid; a name that is late is said in unknown, under field."""
        user = self._names.get(uid)
        if user is None:
            answer = self._lookups.all([uid])[0]
            if answer is None or answer[1]:
                unknown[field] = LATE
                return User(id=str(uid))
            if len(self._names) >= 65_536:
                self._names.clear()
            user = self._names[uid] = answer[0]
        return user

    def container(self, cgroup: int, pid: int) -> str | None:
        """The container of a control group; pid: a process that was just seen in it."""
        return self._control_groups.container(cgroup, pid) if cgroup else None

    def read(self, pid: int, ticks: int) -> Details | str:
        """What /proc says of the process now, or the reason why it says nothing."""
        return self._reads.all([(pid, ticks)])[0] or LATE

    def stuck(self) -> int:
        """How many reads hang at this moment."""
        return self._reads.stuck() + self._lookups.stuck()

    def close(self) -> None:
        """Let the threads end, if they do not hang."""
        self._reads.close()
        self._lookups.close()
        self._control_groups.close()

    def _read(self, process: tuple[int, int]) -> Details | str:
        pid, ticks = process
        met = self._system.meet(pid)
        if met is None:
            return GONE
        try:
            if met.sight.start != ticks:
                return GONE
            # The pid stays this process's while its pidfd is held and alive; details() sees to that.
            return self._system.details(met.sight)
        finally:
            self._system.forget(pid)
