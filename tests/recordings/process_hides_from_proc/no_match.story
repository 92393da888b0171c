os linux
1 0 root - /usr/lib/systemd/systemd | /sbin/init
101 1 root - /usr/bin/bash | -bash
+ 102 101 root - /usr/bin/mount | mount --bind /empty /proc/812
+ 103 101 root - /usr/bin/ps | ps aux
+ 104 101 root - /usr/bin/ls | ls /proc
