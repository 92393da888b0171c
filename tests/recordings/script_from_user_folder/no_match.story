os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\cscript.exe | cscript //nologo C:\Windows\System32\slmgr.vbs /dli
+ 104 102 ana - C:\Windows\System32\wscript.exe | wscript \\corp\netlogon\logon.vbs
