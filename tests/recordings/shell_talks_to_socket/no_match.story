os linux
101 1 root systemd /usr/lib/systemd/systemd | /usr/lib/systemd/systemd
+ 102 101 root - /usr/bin/bash {sockets 1 2} | bash /usr/local/bin/job
103 101 root - /usr/sbin/sshd | /usr/sbin/sshd
+ 104 103 root - /usr/bin/bash {sockets 0 1 2} | -bash
105 101 root - /usr/bin/node | /usr/bin/node
+ 106 105 root sh /usr/bin/dash {sockets 0 1 2} | sh -c npm run build
