os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\reg.exe | reg save HKLM\SAM C:\data\s.hiv
+ 104 102 ana - C:\Windows\System32\esentutl.exe | esentutl.exe /y /vss C:\Windows\System32\config\SAM /d C:\data\s
+ 105 102 ana - C:\Windows\System32\ntdsutil.exe | ntdsutil "ac i ntds" "ifm" "create full c:\data" q q
+ 106 102 ana - C:\Windows\System32\cmd.exe | cmd /c copy \\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy1\Windows\NTDS\ntds.dit C:\data
