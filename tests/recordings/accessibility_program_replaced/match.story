os windows
101 1 ana - C:\Windows\System32\winlogon.exe | C:\Windows\System32\winlogon.exe
102 101 ana - C:\Windows\System32\sethc.exe | C:\Windows\System32\sethc.exe
+ 103 102 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 104 102 ana - C:\Windows\System32\utilman.exe = Cmd.Exe | utilman.exe /debug
105 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
106 105 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 107 106 ana - C:\Windows\System32\cmd.exe | cmd /c copy /y C:\Windows\System32\cmd.exe C:\Windows\System32\sethc.exe
