os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/bash | bash -c LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libjemalloc.so.2 redis-server
+ 103 101 root - /usr/bin/cat | cat /etc/ld.so.preload
