os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /tmp/go-build123/b001/exe/main | /tmp/go-build123/b001/exe/main
+ 103 101 root - /opt/tmp/a | /opt/tmp/a
+ 104 101 root - /usr/bin/ls | ls /tmp
