os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/chmod | chmod 4755 /usr/lib/openssh/ssh-keysign
+ 103 101 root - /usr/bin/chmod | chmod 0755 /tmp/a
+ 104 101 root - /usr/bin/chmod | chmod 1777 /tmp/
+ 105 101 root - /usr/bin/bash | bash -p
+ 106 101 root - /usr/bin/setcap | setcap cap_net_raw+ep /usr/bin/ping
