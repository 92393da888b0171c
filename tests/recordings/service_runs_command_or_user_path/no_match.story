os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\sc.exe | sc query type= service
+ 104 102 ana - C:\Windows\System32\sc.exe | sc create s binPath= "C:\Program Files\App\svc.exe"
