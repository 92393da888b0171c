os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\vssadmin.exe | vssadmin create shadow /for=C:
+ 104 102 ana - C:\Windows\System32\cmd.exe | cmd /c mklink /d C:\s \\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy1\
