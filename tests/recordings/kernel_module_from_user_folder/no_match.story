os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root insmod /usr/bin/kmod | insmod /lib/modules/6.1.0/kernel/fs/a.ko
+ 103 101 root modprobe /usr/bin/kmod | modprobe nf_tables
