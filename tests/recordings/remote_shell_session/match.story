os windows
101 1 ana - C:\Windows\System32\svchost.exe | C:\Windows\System32\svchost.exe
102 101 ana - C:\Windows\System32\wsmprovhost.exe | C:\Windows\System32\wsmprovhost.exe
+ 103 102 ana - C:\Windows\System32\cmd.exe | cmd /c hostname
