os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\data\a.exe = PowerShell.EXE | a.exe -c calc
+ 104 102 ana - C:\Users\ana\r.exe = RUNDLL32.EXE | r.exe a.dll,b
+ 105 102 ana - C:\data\p.exe = psexec.c | p.exe \\srv1 cmd
