os linux
101 1 root - /usr/bin/bash | /usr/bin/bash
+ 102 101 root - /usr/bin/bash | bash -c echo "export EDITOR=vim" >> /home/ana/.bashrc
+ 103 101 root - /usr/bin/systemctl | systemctl enable nginx
