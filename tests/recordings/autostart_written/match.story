os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\reg.exe | reg add HKCU\Software\Microsoft\Windows\CurrentVersion\Run /v a /d C:\Users\ana\AppData\Roaming\a.exe
