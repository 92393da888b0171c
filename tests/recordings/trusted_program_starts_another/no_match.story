os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\forfiles.exe | forfiles /p D:\logs /d -30 /c "del @path"
+ 104 102 ana - C:\Windows\System32\conhost.exe | \??\C:\Windows\system32\conhost.exe 0xffffffff -ForceV1
+ 105 102 ana - C:\Windows\explorer.exe | explorer.exe C:\data
