os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /tmp/a | ./a -o stratum+tcp://pool.example.test:3333 -u x
+ 103 101 root - /opt/xmrig | xmrig
