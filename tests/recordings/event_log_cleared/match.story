os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\wevtutil.exe | wevtutil cl Security
+ 104 102 ana - C:\Windows\System32\wevtutil.exe | wevtutil set-log Security /logfilename:"C:\data\a.evtx"
+ 105 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -c "Get-EventLog -List | % { Clear-EventLog $_.Log }"
+ 106 102 ana - C:\Windows\System32\auditpol.exe | auditpol /clear /y
