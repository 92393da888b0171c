os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\certutil.exe | certutil -decode a.txt a.exe
+ 104 102 ana - C:\Windows\System32\certutil.exe | certutil.exe -f -encode C:\data\a.zip b.txt
