os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/python3.11 | [kworker/0:1]
+ 103 101 root - /var/lib/x | [kthreadd]
+ 104 101 root - /opt/a | kworker/u8:2
