os windows
101 1 ana - C:\Windows\System32\svchost.exe | C:\Windows\System32\svchost.exe
102 101 ana - C:\Windows\System32\wbem\WmiPrvSE.exe | C:\Windows\System32\wbem\WmiPrvSE.exe
+ 103 102 ana - C:\Windows\System32\cmd.exe | cmd.exe /Q /c dir 1> \\127.0.0.1\ADMIN$\__1 2>&1
+ 104 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -nop
+ 105 102 ana - C:\Windows\System32\rundll32.exe | rundll32 a.dll,b
