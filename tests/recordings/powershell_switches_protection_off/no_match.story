os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -version 5.1 -c calc
+ 104 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -c "Set-ItemProperty HKLM:\Software\Policies\Microsoft\Windows\PowerShell\ScriptBlockLogging -Name EnableScriptBlockLogging -Value 1"
+ 105 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -v 20
