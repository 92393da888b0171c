os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/crontab | crontab -l
+ 103 101 root - /usr/bin/bash | bash -c (crontab -l; echo "0 3 * * * /usr/local/bin/backup") | crontab -
+ 104 101 root - /usr/bin/crontab | crontab /etc/jobs
