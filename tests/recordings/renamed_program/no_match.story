os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe = PowerShell.EXE | powershell -file a.ps1
+ 104 102 ana - C:\tools\PsExec64.exe = psexec.c | PsExec64.exe -s cmd
+ 105 102 ana - C:\tools\procdump64.exe = procdump | procdump64.exe -ma 4242
