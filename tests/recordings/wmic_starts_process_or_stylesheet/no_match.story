os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\wbem\WMIC.exe | wmic os get caption /format:list
+ 104 102 ana - C:\Windows\System32\wbem\WMIC.exe | wmic /node:srv1 os get lastbootuptime
+ 105 102 ana - C:\Windows\System32\wbem\WMIC.exe | wmic process list brief
