os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/cat | cat /etc/passwd
+ 103 101 root - /usr/bin/curl | curl http://169.254.169.254/latest/meta-data/instance-id
+ 104 101 root - /usr/bin/gdb | gdb ./a.out
+ 105 101 root - /usr/bin/ls | ls -l /etc/shadow
