"""uid -> name, asked once: the answer may come from a network directory and take its time."""

from __future__ import annotations

from edr_tui.model.process import User


class Users:
    """Names of user ids, as they were when first asked. late: uids whose lookup still hangs."""

    def __init__(self) -> None:
        self._names: dict[int, str | None] = {}
        self._asked: set[int] = set()

    def user(self, uid: int) -> tuple[User, bool]:
        """The user of a uid, and whether its name is late (another thread waits for it).

        A uid without a name has name None. May block in the system's name service.
        """
        if uid in self._names:
            return User(id=str(uid), name=self._names[uid]), False
        if uid in self._asked:
            return User(id=str(uid)), True
        self._asked.add(uid)
        try:
            name = _name(uid)
        finally:
            self._asked.discard(uid)
        if len(self._names) >= 65_536:
            self._names.clear()
        self._names[uid] = name
        return User(id=str(uid), name=name), False


def _name(uid: int) -> str | None:
    try:
        import pwd
    except ImportError:
        return None
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError, OSError):
        return None
