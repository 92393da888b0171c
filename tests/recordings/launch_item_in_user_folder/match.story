os macos
101 1 ana - /sbin/launchd | /sbin/launchd
102 101 ana - /bin/bash | /bin/bash
+ 103 102 ana - /bin/launchctl | launchctl load -w /Users/ana/Library/LaunchAgents/a.plist
+ 104 102 ana - /usr/bin/defaults | defaults write com.apple.loginwindow LoginHook /Users/ana/a.sh
+ 105 102 ana - /bin/cp | cp a.plist /Users/ana/Library/LaunchAgents/a.plist
