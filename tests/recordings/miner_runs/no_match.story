os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/grep | grep stratum+tcp:// a.log
+ 103 101 root - /usr/bin/chronyd | chronyd -F 1
