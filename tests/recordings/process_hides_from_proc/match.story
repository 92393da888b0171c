os linux
1 0 root - /usr/lib/systemd/systemd | /sbin/init
101 1 root - /usr/bin/bash | -bash
+ 102 101 root - /usr/bin/xmrig | ./xmrig -o pool:3333 {hidden: /empty of none (tmpfs) is mounted over /proc/102}
+ 103 101 root - /usr/bin/x | /usr/bin/x {hidden: it runs, and the kernel leaves it out of the list of /proc}
+ 104 101 root - /usr/bin/y | /usr/bin/y {hidden: the C library's readdir() leaves it out of /proc: a preloaded library hides it}
