os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/bash | bash -c echo ssh-ed25519 AAAA a@b >> /root/.ssh/authorized_keys
+ 103 101 root - /usr/bin/tee | tee -a /home/ana/.ssh/authorized_keys
+ 104 101 www-data - /usr/bin/ssh-keygen | ssh-keygen -t rsa
