os windows
101 1 ana - C:\Windows\System32\svchost.exe | C:\Windows\System32\svchost.exe
102 101 ana - C:\Windows\System32\mmc.exe | C:\Windows\system32\mmc.exe -Embedding
+ 103 102 ana - C:\Windows\System32\cmd.exe | cmd.exe /c calc
