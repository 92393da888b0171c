os linux
101 1 root systemd /usr/lib/systemd/systemd | /usr/lib/systemd/systemd
102 101 root - /usr/sbin/cron | /usr/sbin/cron
103 102 root sh /usr/bin/dash | sh -c /tmp/x
+ 104 103 root - /tmp/x | /tmp/x
105 101 root - /usr/bin/bash | /usr/bin/bash
+ 106 105 root - /tmp/.X1-unix/kworker | /tmp/.X1-unix/kworker
+ 107 105 root - /dev/shm/a | /dev/shm/a
