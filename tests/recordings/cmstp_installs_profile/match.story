os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\cmstp.exe | cmstp.exe /s /ns C:\data\a.inf
+ 104 103 ana - C:\Windows\System32\rundll32.exe | rundll32 a.dll,b
+ 105 102 ana - C:\Windows\System32\cmstp.exe | "C:\Windows\system32\cmstp.exe" /s C:\ProgramData\a.inf /au
