os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/cat | cat /root/.ssh/id_rsa
+ 103 101 root - /usr/bin/find | find / -perm -4000 -type f
+ 104 101 root - /usr/bin/grep | grep -ri password /etc
