os windows
900 4 ana - C:\Windows\explorer.exe | C:\Windows\Explorer.EXE
+ 1001 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -ExecutionPolicy Bypass -File C:\Scripts\a.ps1
+ 1002 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -ep bypass
+ 1003 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -ex RemoteSigned -NoExit
+ 1004 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -exec unrestricted -c Get-Date
+ 1005 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -Command Select-String -e {base64: Get-Process} -Path x
+ 1006 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -File deploy.ps1 -e staging12
+ 1007 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe deploy.ps1 -enc {base64: Get-Process}
+ 1008 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -e C:\Scripts\a.ps1
+ 1009 900 ana - C:\Windows\System32\notepad.exe | notepad.exe -e {base64: Get-Process}
