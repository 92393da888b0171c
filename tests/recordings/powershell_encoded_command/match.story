os windows
900 4 ana - C:\Windows\explorer.exe | C:\Windows\Explorer.EXE
+ 1001 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -e {base64: Get-Process}
+ 1002 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -ec {base64: Get-Process}
+ 1003 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -en {base64: Get-Process}
+ 1004 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -enc {base64: Get-Process}
+ 1005 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -ENCO {base64: Get-Process}
+ 1006 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -encodedc {base64: Get-Process}
+ 1007 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -EncodedCommand {base64: Get-Process}
+ 1008 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe /enc {base64: Get-Process}
+ 1009 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe –enc {base64: Get-Process}
+ 1010 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe —e {base64: Get-Process}
+ 1011 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe ―encoded {base64: Get-Process}
+ 1012 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | "C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe" -NoP -NonI -W Hidden -Exec Bypass -v 2 -Enc "{base64: Get-Process}"
+ 1013 900 ana - C:\Program Files\PowerShell\7\pwsh.exe | "C:\Program Files\PowerShell\7\pwsh.exe" -nologo -e {base64: ls}
