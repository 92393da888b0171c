os macos
101 1 ana - /sbin/launchd | /sbin/launchd
102 101 ana - /bin/zsh | /bin/zsh
+ 103 102 ana - /usr/bin/xattr | xattr -l /tmp/a.app
+ 104 102 ana - /usr/sbin/spctl | spctl --status
