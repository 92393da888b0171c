os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root gcc /usr/bin/x86_64-linux-gnu-gcc-12 | gcc -c a.c
