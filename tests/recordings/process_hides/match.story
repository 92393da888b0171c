os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/sleep {hidden a mount lies over its folder in /proc} | sleep 60
