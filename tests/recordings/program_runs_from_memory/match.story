os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
100 1 www-data python3 /usr/bin/python3.11 | python3 -c import os
+ 101 100 www-data 3 /memfd:x (deleted) | [kworker/0:1]
+ 102 100 www-data 4 /memfd:runc_cloned:/proc/self/exe (deleted) | runc init
