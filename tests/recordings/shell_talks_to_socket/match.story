os linux
101 1 root systemd /usr/lib/systemd/systemd | /usr/lib/systemd/systemd
102 101 root - /usr/bin/python3 | /usr/bin/python3
+ 103 102 root sh /usr/bin/dash {sockets 0 1 2} | sh -i
+ 104 102 root - /usr/bin/bash {sockets 0 1} | bash
