os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
+ 101 1 root sh /usr/bin/dash | sh -c curl -s https://example.org/x.json | jq .version
+ 102 1 root sh /usr/bin/dash | sh -c wget https://example.org/x.tgz; tar xf x.tgz
+ 103 1 root sh /usr/bin/dash | sh -c curl -s https://example.org/x | sha256sum
+ 104 1 root - /usr/bin/curl | curl -fsSL https://example.org/install.sh
