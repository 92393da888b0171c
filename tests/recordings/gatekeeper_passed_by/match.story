os macos
101 1 ana - /sbin/launchd | /sbin/launchd
102 101 ana - /bin/zsh | /bin/zsh
+ 103 102 ana - /usr/bin/xattr | xattr -d com.apple.quarantine /tmp/a.app
+ 104 102 ana - /usr/bin/xattr | xattr -c /Users/ana/Downloads/a
+ 105 102 ana - /usr/sbin/spctl | spctl --master-disable
