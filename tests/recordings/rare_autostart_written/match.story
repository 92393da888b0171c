os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\reg.exe | reg add HKCU\Environment /v UserInitMprLogonScript /d C:\data\a.bat /f
+ 104 102 ana - C:\Windows\System32\reg.exe | reg add "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Image File Execution Options\sethc.exe" /v Debugger /d C:\Windows\System32\cmd.exe
+ 105 102 ana - C:\Windows\System32\netsh.exe | netsh add helper C:\data\a.dll
