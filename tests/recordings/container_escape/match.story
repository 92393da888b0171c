os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/nsenter | nsenter -t 1 -m -u -n -i bash
+ 103 101 root - /usr/bin/docker | docker run -it -v /:/host alpine chroot /host
+ 104 101 root - /usr/bin/bash | bash -c echo /tmp/x > /sys/fs/cgroup/rdma/release_agent
+ 105 101 root - /usr/bin/chroot | chroot /host /bin/bash
