os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/sudo | sudo find /var/log -name *.gz -exec rm {} ;
+ 103 101 root - /usr/bin/sudo | sudo vim /etc/hosts
+ 104 101 root - /usr/bin/sudo | sudo systemctl restart nginx
+ 105 101 root - /usr/bin/find | find . -exec sh -c echo {} ;
