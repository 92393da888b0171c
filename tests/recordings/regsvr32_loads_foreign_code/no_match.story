os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\regsvr32.exe | regsvr32 /s "C:\Program Files\App\shell.dll"
+ 104 102 ana - C:\Windows\System32\regsvr32.exe | regsvr32 /u C:\ProgramData\App\lib\a.dll
