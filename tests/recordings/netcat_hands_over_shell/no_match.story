os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
+ 101 1 root nc /usr/bin/nc.openbsd | nc -z -w 1 db 5432
+ 102 1 root nc /usr/bin/nc.openbsd | nc -c -v example.org 443
+ 103 1 root - /usr/bin/socat | socat TCP-LISTEN:8080,fork TCP:10.0.0.2:80
+ 104 1 root - /usr/bin/socat | socat UNIX-LISTEN:/run/x.sock EXEC:/usr/bin/cat
+ 105 1 root sh /bin/busybox | sh -e /usr/bin/sh-check
+ 106 1 root - /usr/bin/ncat | ncat --exec /usr/local/bin/shutter -l 8080
+ 107 1 root nc /bin/busybox | nc 10.0.0.1 80
