os macos
101 1 ana - /sbin/launchd | /sbin/launchd
102 101 ana - /bin/zsh | /bin/zsh
+ 103 102 ana - /usr/bin/security | security list-keychains
+ 104 102 ana - /usr/bin/dscl | dscl . -read /Users/ana RealName
