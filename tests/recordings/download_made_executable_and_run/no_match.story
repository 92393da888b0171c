os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/bash | bash -c curl -fsSL https://example.org/a.tgz | tar xz
+ 103 101 root - /usr/bin/bash | bash -c curl -o /usr/local/bin/tool https://example.org/tool && chmod +x /usr/local/bin/tool
+ 104 101 root - /usr/bin/bash | bash -c curl http://127.0.0.1:8080/setup | sh
