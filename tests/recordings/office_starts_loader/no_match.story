os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE | C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE
+ 103 102 ana - C:\Windows\System32\rundll32.exe | "C:\Windows\System32\rundll32.exe" C:\Windows\System32\shell32.dll,OpenAs_RunDLL C:\Users\ana\a.xyz
104 101 ana - C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE | C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE
+ 105 104 ana - C:\Windows\splwow64.exe | C:\Windows\splwow64.exe 8192
+ 106 104 ana - C:\Windows\System32\rundll32.exe | rundll32.exe printui.dll,PrintUIEntry /il
