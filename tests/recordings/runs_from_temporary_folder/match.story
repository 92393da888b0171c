os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /tmp/x/agent | /tmp/x/agent
+ 103 101 root - /dev/shm/.a/b | /dev/shm/.a/b
