os linux
101 1 root systemd /usr/lib/systemd/systemd | /usr/lib/systemd/systemd
102 101 www-data - /usr/bin/bash | /usr/bin/bash
+ 103 102 www-data gcc /usr/bin/x86_64-linux-gnu-gcc-12 | gcc -o /tmp/x /tmp/x.c
