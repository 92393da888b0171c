os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/grep | grep -r mimikatz /usr/share/doc
+ 103 101 root - /usr/bin/git | git log --grep=secretsdump
+ 104 101 root - /usr/bin/ls | ls /opt
