"""Where a process comes from and what it pretends to be: facts that only a sensor in the kernel tells.

Pure; detect.fields makes Sigma fields of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from edr_tui.model.process import Image, Process

# Names that the kernel gives to threads of its own (comm, at most 15 bytes), on every Linux there is.
_KERNEL_NAME = re.compile(
    r"kworker/.*|kthreadd|ksoftirqd/\d+|migration/\d+|cpuhp/\d+|idle_inject/\d+|kswapd\d+|kcompactd\d+"
    r"|rcu_(?:gp|par_gp|sched|bh|preempt|tasks_.*)|rcu[bcopg]+/\d+|kdevtmpfs|kauditd|khungtaskd"
    r"|khugepaged|ksmd|kintegrityd|kblockd|oom_reaper|watchdogd|jbd2/.*|xfsaild/.*|irq/\d+-.*"
    r"|scsi_eh_\d+|kthrotld|pool_workqueue_.*"
)
_PRELOADS = ("LD_PRELOAD=", "LD_AUDIT=", "DYLD_INSERT_LIBRARIES=")
_BRACKETS = re.compile(r"\[[^\[\]]+\]")


def takes_kernel_name(process: Process) -> bool | None:
    """Whether it is called as threads of the kernel are, and is none; None where its names are unknown.

    Either its short name is such a one, or argv[0] is in the brackets that ps puts around them.
    """
    name, called = process.name, (process.image.args or (None,))[0]
    if name is None and called is None:
        return None
    if process.kernel_thread:
        return False
    bracketed = called is not None and _BRACKETS.fullmatch(called.strip()) is not None
    return bracketed or (name is not None and _KERNEL_NAME.fullmatch(name) is not None)


def environment_preloads(image: Image) -> tuple[str, ...]:
    """The objects that LD_PRELOAD and the like put into it, each path by itself, as they are written."""
    found: dict[str, None] = {}
    for variable in image.env_vars:
        if not variable.startswith(_PRELOADS):
            continue
        # ld.so(8): LD_PRELOAD may be separated by spaces or colons, LD_AUDIT by colons.
        found.update(dict.fromkeys(path for path in re.split(r"[: ]", variable.partition("=")[2]) if path))
    return tuple(found)


def login_users(process: Process, ancestors: Sequence[Process]) -> Iterable[str]:
    """Who logged in, before su and sudo made another user of it: the name where it is known, and the uid."""
    uid = process.login_uid
    if uid is None:
        return ()
    users = (node.user for node in (process, *ancestors) if node.user is not None)
    name = next((user.name for user in users if user.id == uid and user.name is not None), None)
    return (uid,) if name is None or name == uid else (name, uid)
