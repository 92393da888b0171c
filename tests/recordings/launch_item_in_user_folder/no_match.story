os macos
101 1 ana - /sbin/launchd | /sbin/launchd
102 101 ana - /bin/bash | /bin/bash
+ 103 102 ana - /bin/launchctl | launchctl list
+ 104 102 ana - /usr/bin/defaults | defaults read com.apple.loginwindow
+ 105 102 ana - /bin/launchctl | launchctl load /Library/LaunchDaemons/a.plist
