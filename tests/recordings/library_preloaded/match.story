os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root sh /usr/bin/dash | sh -c LD_PRELOAD=/tmp/a.so /usr/bin/sudo -l
+ 103 101 root - /usr/bin/bash | bash -c echo /usr/lib/libx.so >> /etc/ld.so.preload
+ 104 101 root - /usr/bin/tee | tee -a /etc/ld.so.preload
