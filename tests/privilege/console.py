"""A supervisor over a console of the test's: python -m tests.privilege.console STORY. No user is changed."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time

from edr_tui.ecs.requests import encode_request
from edr_tui.model.request import SignalRequest
from edr_tui.privilege.orders import MIN_INTERVAL_US, Order, encode_order
from edr_tui.privilege.supervisor import Supervisor
from edr_tui.sources.supervised import Supervised


def say(*words: object) -> None:
    print(*words, flush=True)


def lines(child):
    with open(child.stdout, "rb", closefd=False) as stream:
        yield from stream


def sensor(channel: socket.socket) -> int:
    """One sensor, its answer to a request, its end; then another."""
    supervised = Supervised(channel)
    supervised.start()
    launch = supervised.sensor("poll", 0.5)
    for _ in range(2):
        child = launch()
        assert child.request(encode_request(SignalRequest(id="17", entity_id="e", signal="TERM")))
        for line in lines(child):
            if b'"request":{"id":"17"}' in line:
                say("answered")
                break
        child.ask()
        say("code", child.wait(5))
    return 7


def failing(channel: socket.socket) -> int:
    """A sensor that is killed by somebody else."""
    supervised = Supervised(channel)
    supervised.start()
    child = supervised.sensor("poll", 1)()
    say(next(lines(child))[:13].decode())
    say("pid", sensor_of(os.getppid()))
    say("code", child.wait(10))
    return 0


def stuck(channel: socket.socket) -> int:
    """A sensor that cannot be asked any more."""
    supervised = Supervised(channel)
    supervised.start()
    child = supervised.sensor("poll", 1)()
    next(lines(child))
    os.kill(sensor_of(os.getppid()), signal.SIGSTOP)
    child.ask()
    say("code", child.wait(10))
    return 0


def hostile(channel: socket.socket) -> int:
    """Something that is no order, behind one."""
    channel.sendall(encode_order(Order("poll", MIN_INTERVAL_US)) + bytes.fromhex(sys.argv[2]))
    time.sleep(60)
    return 0


def deaf(channel: socket.socket) -> int:
    """A console that is asked to end, and does not."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    supervised = Supervised(channel)
    supervised.start()
    supervised.sensor("poll", 1)()  # so that the supervisor is at work
    say("ready")
    time.sleep(60)
    return 0


def waiting(channel: socket.socket) -> int:
    """A console with a sensor, which ends when its supervisor does."""
    supervised = Supervised(channel)
    supervised.start()
    child = supervised.sensor("poll", 1)()
    next(lines(child))
    gone = []
    supervised.when_gone(lambda: gone.append(True))
    say("pids", os.getpid(), sensor_of(os.getppid()))
    while not gone:
        time.sleep(0.01)
    say("gone")
    return 0


def sensor_of(supervisor: int) -> int:
    with open(f"/proc/{supervisor}/task/{supervisor}/children") as stream:
        (pid,) = [int(pid) for pid in stream.read().split() if int(pid) != os.getpid()]
    return pid


def main() -> int:
    ours, its = socket.socketpair()
    console = os.fork()
    if console == 0:
        ours.close()
        code = globals()[sys.argv[1]](its)
        sys.stdout.flush()
        os._exit(code)
    its.close()
    supervisor = Supervisor(console, ours, ("poll",), full_screen=False)
    code = supervisor.run()
    say("supervisor:", code, supervisor.sentence)
    return code


if __name__ == "__main__":
    sys.exit(main())
