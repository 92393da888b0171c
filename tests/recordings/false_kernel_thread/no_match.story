os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/ls | ls [a-z]
+ 103 101 root - /usr/bin/[ | [ -f /etc/passwd ]
