os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/docker | docker run -v /srv/data:/data alpine ls
+ 103 101 root - /usr/bin/nsenter | nsenter -t 4242 -n ip a
+ 104 101 root - /usr/bin/docker | docker run --rm --privileged tonistiigi/binfmt --install all
+ 105 101 root - /usr/bin/chroot | chroot /var/chroot/build make
