os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
+ 101 1 www-data python3 /usr/bin/python3.11 | python3 -c import pty;pty.spawn("/bin/bash")
+ 102 1 www-data python /usr/bin/python2.7 | python -c import pty; pty.spawn('sh')
+ 103 1 www-data - /usr/bin/script | script -qc /bin/bash /dev/null
+ 104 1 www-data - /usr/bin/script | script /dev/null -c bash
