os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/cat | cat /home/ana/.ssh/authorized_keys
+ 103 101 root - /usr/bin/ssh-keygen | ssh-keygen -t ed25519
+ 104 101 root - /usr/bin/bash | bash -c grep -c ssh /home/ana/.ssh/authorized_keys
