os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root sh /usr/bin/dash | sh -c id; uname -a; hostname
