os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
102 101 root - /tmp/x/agent | /tmp/x/agent
+ 103 102 root - /usr/bin/ls | ls
104 101 root - /tmp/.mount_KeePas12ab/keepassxc | /tmp/.mount_KeePas12ab/keepassxc
+ 105 104 root sh /usr/bin/dash | sh -c xdg-open a
+ 106 104 root sh /usr/bin/dash | sh -c ls /tmp
