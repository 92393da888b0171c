os windows
101 1 ana - C:\Windows\System32\svchost.exe | C:\Windows\System32\svchost.exe
102 101 ana - C:\Windows\System32\wbem\WmiPrvSE.exe | C:\Windows\System32\wbem\WmiPrvSE.exe
+ 103 102 ana - C:\Windows\System32\msiexec.exe | msiexec /i a.msi
104 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
+ 105 104 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe
