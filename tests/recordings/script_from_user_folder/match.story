os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
+ 102 101 ana - C:\Windows\System32\wscript.exe | "C:\Windows\System32\WScript.exe" "C:\Users\ana\Downloads\order.js"
103 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 104 103 ana - C:\Windows\System32\cscript.exe | cscript //e:vbscript C:\data\a.txt
