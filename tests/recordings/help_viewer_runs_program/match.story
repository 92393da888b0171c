os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\hh.exe | hh.exe C:\data\a.chm
+ 103 102 ana - C:\Windows\System32\cmd.exe | "C:\Windows\System32\cmd.exe" /c calc.exe
+ 104 102 ana - C:\Windows\hh.exe | hh.exe http://example.test/a.chm
