os windows
101 1 ana - C:\Windows\System32\services.exe | C:\Windows\System32\services.exe
+ 102 101 ana - C:\Windows\System32\cmd.exe | cmd.exe
+ 103 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\system32\cmd.exe /Q /c echo whoami ^> \\127.0.0.1\C$\__output
+ 104 101 ana - C:\Windows\Temp\upd.exe | C:\Windows\Temp\upd.exe
+ 105 101 ana - C:\ProgramData\svc.exe | C:\ProgramData\svc.exe
+ 106 101 ana - C:\Users\ana\Downloads\beacon.exe | C:\Users\ana\Downloads\beacon.exe
+ 107 101 ana - C:\Windows\System32\rundll32.exe | rundll32.exe C:\Windows\Temp\a.dll,Run
