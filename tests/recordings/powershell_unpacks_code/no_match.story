os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -c "[IO.File]::WriteAllBytes('a.cer',[Convert]::FromBase64String($env:CERT))"
+ 104 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -c "[Convert]::ToBase64String((Get-Content a -Encoding Byte))"
