"""The larger files of /proc/PID, as the kernel writes them and as nobody would."""

from hypothesis import given
from hypothesis import strategies as st

from edr_tui.model.inspection import Limit
from edr_tui.sensors.inspect import tables

TCP = b"""\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0  0 501 1 0 100 0 0 10 0
   1: 0101A8C0:C350 097100CB:01BB 01 00000000:00000000 00:00000000 00000000 33  0 502 1 0 20 4 30 10 -1
   2: 0101A8C0:C350 097100CB:01BB 01 00000000:00000000 00:00000000 00000000 33  0 999 1 0 20 4 30 10 -1
"""
TCP6 = b"""\
  sl  local_address           remote_address st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode
   0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 503 1 0
"""
UNIX = b"""\
Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 601 /run/x y.sock
0000000000000000: 00000003 00000000 00000000 0001 03 602
0000000000000000: 00000002 00000000 00010000 0001 01 603 @evil
0000000000000000: 00000002 00000000 00010000 0001 01 604 /run/docker.sock
0000000000000000: 00000002 00000000 00010000 0001 01 604 /tmp/true
"""
MAPS = b"""\
00400000-00500000 r-xp 00000000 08:01 11                         /usr/bin/nginx
00500000-00501000 rw-p 00100000 08:01 11                         /usr/bin/nginx
7f0000000000-7f0000010000 rwxp 00000000 00:00 0
7f0000010000-7f0000030000 rw-p 00000000 00:00 0                  [heap]
7f0000030000-7f0000040000 r-xp 00000000 00:01 77                 /memfd:x (deleted)
7ffc00000000-7ffc00002000 r-xp 00000000 00:00 0                  [vdso]
"""


def test_internet_sockets_are_found_by_their_inodes():
    listening, connected = (one for _, one in tables.parse_inet(TCP, "tcp", {501: 3, 502: 4}))
    assert (listening.local, listening.remote, listening.state, listening.number) == (
        "127.0.0.1:8080",
        None,
        "LISTEN",
        3,
    )
    assert (connected.local, connected.remote, connected.state) == (
        "192.168.1.1:50000",
        "203.0.113.9:443",
        "ESTABLISHED",
    )
    ((inode, six),) = tables.parse_inet(TCP6, "tcp6", {503: 5})
    assert (inode, six.local) == (503, "[::1]:22")


def test_unix_sockets_are_found_by_their_inodes():
    wanted = {601: 1, 602: 2, 603: 3}
    found = dict(tables.parse_unix(UNIX, wanted))
    assert (found[601].local, found[601].state) == ("/run/x y.sock", "LISTEN")
    assert (found[602].local, found[602].state) == (None, "CONNECTED")
    assert found[603].local == "@evil"


def test_limits_stand_in_columns():
    raw = (
        b"Limit                     Soft Limit           Hard Limit           Units     \n"
        b"Max open files            1024                 524288               files     \n"
        b"Max nice priority         0                    0                    \n"
    )
    assert tables.parse_limits(raw) == (
        Limit(name="Max open files", soft="1024", hard="524288", unit="files"),
        Limit(name="Max nice priority", soft="0", hard="0", unit=""),
    )


def test_capabilities_have_names():
    assert tables.capability_names(0, 40) == ()
    assert tables.capability_names((1 << 41) - 1, 40) == ("all",)
    assert tables.capability_names(1 << 21 | 1 << 50, 40) == ("sys_admin", "capability 50")


def test_maps_are_summarised():
    memory = tables.summarise_maps(MAPS)
    assert memory.mappings == 6
    assert memory.anonymous_executable == (1, 0x10000)
    assert memory.writable_executable == (1, 0x10000)
    assert [(file.path, file.size, file.flags) for file in memory.files] == [
        ("/usr/bin/nginx", 0x101000, "rwx"),
        ("/memfd:x (deleted)", 0x10000, "rx"),
    ]


@given(
    st.binary(max_size=400)
    | st.sampled_from([TCP, TCP6, UNIX, MAPS]).flatmap(
        lambda raw: st.permutations(raw.split(b" ")).map(b" ".join)
    )
)
def test_no_bytes_are_too_much_for_a_parser(raw):
    tables.parse_limits(raw)
    tables.parse_status(raw)
    tables.summarise_maps(raw)
    tables.environment_in(raw)
    list(tables.parse_inet(raw, "tcp", {501: 1, 0: 2}))
    list(tables.parse_unix(raw, {601: 1, 0: 2}))
