os windows
101 1 ana - C:\Windows\System32\winlogon.exe | C:\Windows\System32\winlogon.exe
+ 102 101 ana - C:\Windows\System32\sethc.exe = sethc.exe | sethc.exe 211
+ 103 101 ana - C:\Windows\System32\userinit.exe | C:\Windows\System32\userinit.exe
