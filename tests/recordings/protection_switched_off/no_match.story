os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -c Get-MpPreference
+ 104 102 ana - C:\Windows\System32\netsh.exe | netsh advfirewall show allprofiles
+ 105 102 ana - C:\Windows\System32\sc.exe | sc query WinDefend
