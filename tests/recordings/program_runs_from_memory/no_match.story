os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
100 1 root containerd-shim /usr/bin/containerd-shim-runc-v2 | /usr/bin/containerd-shim-runc-v2 -namespace moby -id 1
+ 101 100 root runc /memfd:runc_cloned:/proc/self/exe (deleted) | runc --root /var/run/docker/runtime-runc/moby create x
+ 102 101 root runc:[1:CHILD] /memfd:runc_cloned:/proc/self/exe (deleted) | runc init
# a daemon whose package was upgraded below it
+ 103 1 root - /usr/sbin/sshd (deleted) | sshd: /usr/sbin/sshd -D
