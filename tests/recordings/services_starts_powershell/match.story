os windows
600 4 SYSTEM - C:\Windows\System32\services.exe | C:\Windows\system32\services.exe
+ 601 600 SYSTEM - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -nop -c iex
+ 602 600 SYSTEM - C:\Program Files\PowerShell\7\pwsh.exe | pwsh.exe -c 1
610 4 SYSTEM services.exe - |
+ 611 610 SYSTEM powershell.exe - | powershell.exe
