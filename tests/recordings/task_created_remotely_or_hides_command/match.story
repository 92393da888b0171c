os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\schtasks.exe | schtasks /create /S srv1 /tn t /tr "cmd.exe /c a.bat" /sc once /st 00:00
+ 104 102 ana - C:\Windows\System32\schtasks.exe | schtasks /create /tn t /tr "powershell -w hidden -c iex" /sc daily
+ 105 102 ana - C:\Windows\System32\schtasks.exe | schtasks /Create /F /tn t /ru SYSTEM /tr "cmd.exe /c calc.exe" /sc onstart
106 101 ana - C:\Windows\System32\mshta.exe | C:\Windows\System32\mshta.exe
+ 107 106 ana - C:\Windows\System32\schtasks.exe | schtasks /create /tn t /tr C:\a.exe /sc minute
