os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/python3 | python3 -c import socket; print(socket.gethostname())
+ 103 101 root - /usr/bin/perl | perl -e print "socket"
+ 104 101 root sh /usr/bin/dash | sh -c mkfifo /run/p && cat /run/p | wc -l
+ 105 101 root - /usr/bin/openssl | openssl s_client -connect example.org:443
+ 106 101 root - /usr/bin/gawk | awk {print $1} /etc/hosts
