os windows
101 1 ana - C:\Windows\System32\services.exe | C:\Windows\System32\services.exe
+ 102 101 ana - C:\Windows\PSEXESVC.exe | C:\Windows\PSEXESVC.exe
+ 103 102 ana - C:\Windows\System32\cmd.exe | cmd
+ 104 101 ana - C:\Windows\kQwXzBvA.exe | C:\Windows\kQwXzBvA.exe
