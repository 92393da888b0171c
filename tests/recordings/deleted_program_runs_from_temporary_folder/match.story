os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /tmp/a (deleted) | /tmp/a
+ 103 101 root - /home/ana/.x (deleted) | .x
