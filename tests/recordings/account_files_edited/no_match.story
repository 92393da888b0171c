os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/useradd | useradd -m -s /bin/bash eve
+ 103 101 root - /usr/bin/cat | cat /etc/passwd
+ 104 101 root - /usr/bin/cp | cp /etc/passwd /root/passwd.bak
+ 105 101 root - /usr/bin/bash | bash -c getent passwd eve > /root/eve
