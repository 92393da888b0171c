os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\reg.exe | reg save HKLM\Software\App C:\data\a.hiv
+ 104 102 ana - C:\Windows\System32\reg.exe | reg query HKLM\SYSTEM\CurrentControlSet
+ 105 102 ana - C:\Windows\System32\cmd.exe | cmd /c dir C:\Windows\System32\config
+ 106 102 ana - C:\Windows\System32\esentutl.exe | esentutl.exe /g C:\data\a.edb
