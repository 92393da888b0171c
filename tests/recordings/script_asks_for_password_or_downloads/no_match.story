os macos
101 1 ana - /sbin/launchd | /sbin/launchd
102 101 ana - /bin/zsh | /bin/zsh
+ 103 102 ana - /usr/bin/osascript | osascript -e tell application "Finder" to activate
+ 104 102 ana - /usr/bin/osascript | osascript -e set volume 3
