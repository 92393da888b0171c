os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\schtasks.exe | schtasks /run /tn t
+ 104 102 ana - C:\Windows\System32\schtasks.exe | schtasks /create /tn t /tr "C:\Program Files\App\update.exe" /ru SYSTEM /sc daily
+ 105 102 ana - C:\Windows\System32\schtasks.exe | schtasks /query /s srv1
