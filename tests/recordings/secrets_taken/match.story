os macos
101 1 ana - /sbin/launchd | /sbin/launchd
102 101 ana - /bin/zsh | /bin/zsh
+ 103 102 ana - /usr/bin/security | security dump-keychain -d login.keychain
+ 104 102 ana - /usr/bin/dscl | dscl . -authonly ana hunter2
+ 105 102 ana - /bin/cp | cp /Users/ana/Library/Keychains/login.keychain-db /tmp
106 101 ana - /Users/ana/Desktop/a | /Users/ana/Desktop/a
+ 107 106 ana - /usr/libexec/security_authtrampoline | /usr/libexec/security_authtrampoline /bin/sh auth 3 -c x
