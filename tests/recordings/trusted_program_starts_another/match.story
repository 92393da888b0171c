os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\forfiles.exe | forfiles /p c:\windows\system32 /m notepad.exe /c calc.exe
+ 104 102 ana - C:\Windows\System32\pcalua.exe | pcalua.exe -a C:\data\a.exe
+ 105 102 ana - C:\Windows\System32\odbcconf.exe | odbcconf /a {REGSVR C:\data\a.dll}
+ 106 102 ana - C:\Windows\System32\conhost.exe | conhost --headless cmd /c calc
