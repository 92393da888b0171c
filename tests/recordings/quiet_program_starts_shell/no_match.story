os windows
101 1 ana - C:\Windows\System32\services.exe | C:\Windows\System32\services.exe
+ 102 101 ana - C:\Windows\System32\notepad.exe | C:\Windows\System32\notepad.exe
103 101 ana - C:\Windows\System32\spoolsv.exe | C:\Windows\System32\spoolsv.exe
+ 104 103 ana - C:\Windows\System32\splwow64.exe | C:\Windows\System32\splwow64.exe
+ 105 103 ana - C:\Windows\System32\rundll32.exe | rundll32.exe C:\Windows\system32\spool\drivers\x64\3\a.dll,Start
