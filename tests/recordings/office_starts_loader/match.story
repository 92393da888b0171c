os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE | C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE
+ 103 102 ana - C:\Windows\System32\rundll32.exe | rundll32.exe C:\Users\ana\AppData\Local\Temp\a.dll,Start
+ 104 102 ana - C:\Windows\System32\regsvr32.exe | regsvr32 /s a.ocx
105 101 ana - C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE | C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE
+ 106 105 ana - C:\Windows\System32\wbem\WMIC.exe | wmic process call create calc
107 101 ana - C:\Program Files\Common Files\microsoft shared\EQUATION\EQNEDT32.EXE | C:\Program Files\Common Files\microsoft shared\EQUATION\EQNEDT32.EXE
+ 108 107 ana - C:\Windows\System32\certutil.exe | certutil -decode a b
