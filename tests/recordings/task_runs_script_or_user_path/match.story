os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\schtasks.exe | schtasks /create /tn t /tr "cmd.exe /c C:\data\a.bat" /sc daily
+ 104 102 ana - C:\Windows\System32\schtasks.exe | schtasks /Create /tn t /tr C:\Users\Public\a.exe /sc onlogon
