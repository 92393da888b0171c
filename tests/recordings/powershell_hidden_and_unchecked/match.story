os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -NoProfile -WindowStyle Hidden -ExecutionPolicy Bypass -File a.ps1
+ 104 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -nop -w 1 -c calc
+ 105 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell /ep bypass /win hidden ./a.ps1
