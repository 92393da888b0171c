os windows
600 4 SYSTEM - C:\Windows\System32\services.exe | C:\Windows\system32\services.exe
+ 601 600 SYSTEM - C:\Windows\System32\svchost.exe | svchost.exe -k netsvcs
+ 602 601 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -File C:\Scripts\nightly.ps1
+ 603 600 SYSTEM - C:\Windows\System32\spoolsv.exe | C:\Windows\System32\spoolsv.exe
900 4 ana - C:\Windows\explorer.exe | C:\Windows\Explorer.EXE
+ 901 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell
