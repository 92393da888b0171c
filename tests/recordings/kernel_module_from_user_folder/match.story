os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root insmod /usr/bin/kmod | insmod /tmp/rk.ko
+ 103 101 root insmod /usr/bin/kmod | insmod ./rk.ko
