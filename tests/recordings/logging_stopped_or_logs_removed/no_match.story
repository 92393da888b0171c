os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/systemctl | systemctl restart rsyslog
+ 103 101 root - /usr/bin/rm | rm -f /var/log/app/app.log.1.gz
+ 104 101 root - /usr/bin/tail | tail -f /var/log/syslog
+ 105 101 root - /usr/bin/auditctl | auditctl -l
+ 106 101 root - /usr/bin/bash | bash -c history | tail
