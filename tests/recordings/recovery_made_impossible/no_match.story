os windows
900 4 ana - C:\Windows\System32\cmd.exe | cmd
+ 901 900 ana - C:\Windows\System32\vssadmin.exe | vssadmin list shadows
+ 902 900 ana - C:\Windows\System32\vssadmin.exe | vssadmin resize shadowstorage /for=d: /on=d: /maxsize=20GB
+ 903 900 ana - C:\Windows\System32\wbem\WMIC.exe | wmic shadowcopy list brief
+ 904 900 ana - C:\Windows\System32\wbadmin.exe | wbadmin start backup -backuptarget:e:
+ 905 900 ana - C:\Windows\System32\bcdedit.exe | bcdedit /set {default} recoveryenabled Yes
