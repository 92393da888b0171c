os windows
900 4 ana - C:\Windows\System32\cmd.exe | cmd
+ 901 900 ana - C:\Windows\System32\vssadmin.exe | vssadmin.exe delete shadows /all /quiet
+ 902 900 ana - C:\Windows\System32\vssadmin.exe | vssadmin resize shadowstorage /for=c: /on=c: /maxsize=401MB
+ 903 900 ana - C:\Windows\System32\wbem\WMIC.exe | wmic shadowcopy delete
+ 904 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell Get-WmiObject Win32_Shadowcopy | ForEach-Object {$_.Delete();}
+ 905 900 ana - C:\Windows\System32\wbadmin.exe | wbadmin delete catalog -quiet
+ 906 900 ana - C:\Windows\System32\bcdedit.exe | bcdedit /set {default} recoveryenabled No
