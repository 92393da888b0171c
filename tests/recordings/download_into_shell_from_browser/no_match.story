os macos
101 1 ana - /sbin/launchd | /sbin/launchd
102 101 ana - /bin/zsh | /bin/zsh
+ 103 102 ana - /bin/bash | /bin/bash -c $(curl -fsSL https://raw.githubusercontent.com/Homebrew/install/HEAD/install.sh)
+ 104 102 ana - /bin/bash | bash -c curl -O https://example.org/a.tgz
