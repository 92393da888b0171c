os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/systemctl | systemctl stop auditd
+ 103 101 root - /usr/bin/rm | rm -f /var/log/auth.log
+ 104 101 root - /usr/bin/bash | bash -c > /var/log/wtmp
+ 105 101 root - /usr/bin/bash | bash -c unset HISTFILE; id
+ 106 101 root - /usr/bin/auditctl | auditctl -D
+ 107 101 root - /usr/bin/ln | ln -sf /dev/null /root/.bash_history
+ 108 101 root - /usr/bin/truncate | truncate -s 0 /var/log/syslog
