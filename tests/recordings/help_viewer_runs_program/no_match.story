os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
+ 102 101 ana - C:\Windows\hh.exe | "C:\Windows\hh.exe" "C:\Program Files\App\help.chm"
