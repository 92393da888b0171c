os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/sbin/sshd (deleted) | sshd
+ 103 101 root - /home/ana/bin/server (deleted) | server
