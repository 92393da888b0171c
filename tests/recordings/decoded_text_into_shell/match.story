os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
+ 101 1 root sh /usr/bin/dash | sh -c echo aWQK | base64 -d | sh
+ 102 1 root - /usr/bin/bash | bash -c base64 --decode /tmp/x | gunzip | /bin/bash -s arg
+ 103 1 root - /usr/bin/bash | bash -c eval "$(echo aWQK | base64 -d)"
+ 104 1 root - /usr/bin/bash | bash -c echo 6964 | xxd -p -r | bash
+ 105 1 root - /usr/bin/bash | bash -c openssl enc -aes-256-cbc -d -in /tmp/x -k a | python3
