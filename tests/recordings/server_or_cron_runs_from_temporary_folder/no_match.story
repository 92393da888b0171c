os linux
101 1 root systemd /usr/lib/systemd/systemd | /usr/lib/systemd/systemd
102 101 root - /usr/bin/bash | /usr/bin/bash
+ 103 102 root - /tmp/x | /tmp/x
+ 104 102 root - /tmp/.mount_KeePas12ab/keepassxc | /tmp/.mount_KeePas12ab/keepassxc
