os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
+ 401 1 root - /usr/bin/bash | bash -c exec 3<>/dev/tcp/127.0.0.1/8080;echo -e GET /health/ready HTTP/1.1 >&3;grep 200 <&3
+ 402 1 root - /usr/bin/bash | bash -c </dev/tcp/localhost/5432 2>/dev/null
+ 403 1 ana grep /usr/bin/grep | grep -r > /dev/tcp/ /var/www
+ 404 1 ana ls /usr/bin/ls | ls /dev/tcp/
