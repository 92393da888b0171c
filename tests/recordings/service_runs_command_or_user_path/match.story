os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\sc.exe | sc create s binPath= "cmd.exe /c calc"
+ 104 102 ana - C:\Windows\System32\sc.exe | sc.exe config s binpath= C:\Users\Public\a.exe
+ 105 102 ana - C:\Windows\System32\sc.exe | sc \\srv1 create s binPath= C:\a.exe
