os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
+ 101 1 ana python3 /usr/bin/python3.11 | python3 -m pytest tests/test_pty_spawn.py
+ 102 1 ana - /usr/bin/script | script /dev/null
+ 103 1 ana - /usr/bin/script | script -qec make test /dev/null
+ 104 1 ana - /usr/bin/script | script -c bash session.log
