os windows
101 1 ana - C:\Windows\System32\services.exe | C:\Windows\System32\services.exe
+ 102 101 ana - C:\Windows\System32\svchost.exe | C:\Windows\system32\svchost.exe -k netsvcs -p
+ 103 101 ana - C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.1\MsMpEng.exe | C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.1\MsMpEng.exe
+ 104 101 ana - C:\Windows\System32\rundll32.exe | rundll32.exe C:\Windows\System32\x.dll,Run
105 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
+ 106 105 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
