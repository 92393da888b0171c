os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\notepad.exe | C:\Windows\System32\notepad.exe
+ 103 102 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
104 101 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
105 104 ana - C:\Windows\System32\spoolsv.exe | C:\Windows\System32\spoolsv.exe
+ 106 105 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -nop
